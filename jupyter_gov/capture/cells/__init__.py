"""What is known of every execution of a cell."""
