"""When a circle meets: recurring dates, clashes with them, and whose turn each role is."""
