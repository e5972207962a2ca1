"""Data sets at every door: what they are, where they came from, how one came from another."""
