"""Folds of benchmark events; importing this package registers them."""

from benchmarks.projections import catalogue, runs, sovereignty

__all__ = ["catalogue", "runs", "sovereignty"]
