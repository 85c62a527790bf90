"""Folds of benchmark events; importing this package registers them."""

from benchmarks.projections import catalogue, runs

__all__ = ["catalogue", "runs"]
