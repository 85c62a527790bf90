"""Claims runs, measures them and reports: the work of an agent."""
