"""Starts engines and asks them who they are."""
