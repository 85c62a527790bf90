"""Pages on which people vote: complete without JavaScript, which only makes them live."""
