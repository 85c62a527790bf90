"""Speaks to an arena."""
