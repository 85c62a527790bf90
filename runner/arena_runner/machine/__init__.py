"""Finds out what this machine is and how it feels."""
