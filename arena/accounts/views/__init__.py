"""Pages of a person's account and of an arena's people and keys."""
