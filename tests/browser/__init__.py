"""The site in a real browser, against real servers."""
