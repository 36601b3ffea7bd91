"""What is read for a meeting, by whom, and how far they are."""
