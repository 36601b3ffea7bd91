"""The live meeting: its agenda, its moves, its page and what the page exchanges with the server."""
