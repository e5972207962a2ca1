"""Where a model is worst."""
