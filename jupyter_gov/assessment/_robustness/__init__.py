"""What it takes to change a model's answers."""
