"""Figures of the seed texts computed again from the inputs that the same texts state. Pure."""

from benchmarks.arithmetic.checks import Check, Input, Verdict, checks

__all__ = ["Check", "Input", "Verdict", "checks"]
