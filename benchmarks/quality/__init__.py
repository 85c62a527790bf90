"""Suites of tasks and what their scores measure."""

from benchmarks.quality.catalogue import CatalogueError, Suite, Suites, read_suites, suites
from benchmarks.quality.checks import BadScore, check
from benchmarks.quality.rubrics import measures_of_claim, rules

__all__ = [
    "BadScore",
    "CatalogueError",
    "Suite",
    "Suites",
    "check",
    "measures_of_claim",
    "read_suites",
    "rules",
    "suites",
]
