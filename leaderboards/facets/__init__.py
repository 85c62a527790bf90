"""What a reader may narrow a board down by. To add a facet, add an entry to `registry.py`."""
