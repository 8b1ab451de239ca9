"""A payment provider in miniature: its own process, port and store. Imports nothing of Tenor outside this package."""
