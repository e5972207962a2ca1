"""What a model's output does as columns change."""
