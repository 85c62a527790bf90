"""Folds of benchmark events; importing this package registers them."""

from benchmarks.projections import catalogue, runs, scores, seeds, sovereignty

__all__ = ["catalogue", "runs", "scores", "seeds", "sovereignty"]
