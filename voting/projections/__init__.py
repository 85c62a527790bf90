"""Folds of voting events; importing this package registers them."""

from voting.projections import battles, boards, pair_counts

__all__ = ["battles", "boards", "pair_counts"]
