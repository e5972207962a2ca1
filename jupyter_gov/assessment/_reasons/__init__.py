"""Why one row was decided as it was, and the reasons that are given for it."""
