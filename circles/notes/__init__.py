"""What was said: in which order, in which signs, and as minutes."""
