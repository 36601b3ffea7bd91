"""The ways into a circle."""
