"""What has changed between two data sets."""
