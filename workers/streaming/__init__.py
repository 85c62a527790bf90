"""Runners that wait for work in this web process."""

from workers.streaming.dispatch import Dispatch, dispatch

__all__ = ["Dispatch", "dispatch"]
