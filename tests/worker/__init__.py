"""The work in the background."""
