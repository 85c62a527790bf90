"""Runs the load generators that the field trusts, as they are, when they are installed here."""

from arena_runner.drivers.driver import DriverResult, run
from arena_runner.drivers.executable import MissingTool, find
from arena_runner.drivers.process import ToolFailed
from arena_runner.drivers.request import Request, UnfitPoint

__all__ = ["DriverResult", "MissingTool", "Request", "ToolFailed", "UnfitPoint", "find", "run"]
