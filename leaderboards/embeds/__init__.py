"""Small pieces of a board for other sites: a badge, a table in a frame, and how to find it."""
