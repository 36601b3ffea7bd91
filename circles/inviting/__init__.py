"""Inviting people to a circle."""
