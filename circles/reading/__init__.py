"""Reading for a meeting: who reads what, and their progress."""
