"""Folds of events about endpoints and runners; importing this package registers them."""

from workers.projections import endpoints, runners

__all__ = ["endpoints", "runners"]
