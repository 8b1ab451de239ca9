"""Processes that die at the worst moment, and what is left of the money afterwards."""
