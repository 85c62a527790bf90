"""Sends requests and notes when what happened: the load generator."""
