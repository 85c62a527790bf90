"""Scores on suites, preferences and perplexities: columns of boards and a page of their own."""
