"""Folds of benchmark events; importing this package registers them."""

from benchmarks.projections import catalogue, runs, seeds

__all__ = ["catalogue", "runs", "seeds"]
