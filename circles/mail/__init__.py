"""Email: what it says, how it is built, and how it is sent."""
