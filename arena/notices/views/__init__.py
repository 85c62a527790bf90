"""Pages of webhooks and digests."""
