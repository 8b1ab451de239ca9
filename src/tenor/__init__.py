"""Tenor: a self-service account for term subscriptions sold by the seat."""
