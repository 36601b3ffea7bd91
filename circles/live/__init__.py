"""The meeting as it is run."""
