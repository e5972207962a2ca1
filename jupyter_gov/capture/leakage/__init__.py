"""Looks for leakage and unsound validation while the notebook runs."""
