"""Pages about endpoints, for those who manage the arena."""
