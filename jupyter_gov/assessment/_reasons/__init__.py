"""Why one row got its output, in words that its reader knows."""
