"""Notes of a meeting: their order, their symbols, and the minutes."""
