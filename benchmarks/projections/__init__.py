"""Folds of benchmark events; importing this package registers them."""

from benchmarks.projections import (
    catalogue,
    lanes,
    model_facts,
    names,
    runs,
    scores,
    seeds,
    sovereignty,
)

__all__ = ["catalogue", "lanes", "model_facts", "names", "runs", "scores", "seeds", "sovereignty"]
