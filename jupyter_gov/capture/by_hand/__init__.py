"""Numbers that the user computes by hand from predictions."""
