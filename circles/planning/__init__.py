"""When a circle meets: what repeats, what falls on it, whose turn it is."""
