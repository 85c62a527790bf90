"""Load: many voters at once through HTTP, against a site of several processes."""
