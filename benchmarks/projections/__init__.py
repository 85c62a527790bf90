"""Folds of benchmark events; importing this package registers them."""

from benchmarks.projections import catalogue, runs, seeds, sovereignty

__all__ = ["catalogue", "runs", "seeds", "sovereignty"]
