"""The renewal night in bulk: who is due, what they own, and the rows of what was planned, by the hundred accounts."""
