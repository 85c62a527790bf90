"""Runs the load generators that the field trusts, where they are installed."""
