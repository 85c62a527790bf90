"""A run as its stream tells it."""
