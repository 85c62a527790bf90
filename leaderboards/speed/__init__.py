"""Columns of what runs have measured at points of profiles, each point for itself."""
