"""Finds out what this machine is and how it feels."""

from arena_runner.machine.inventory import describe

__all__ = ["describe"]
