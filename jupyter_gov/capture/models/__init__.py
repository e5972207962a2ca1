"""Every fit, in whatever library."""
