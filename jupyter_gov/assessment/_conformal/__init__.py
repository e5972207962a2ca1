"""Sets of answers that hold the truth as often as stated."""
