"""Reads the results of other load generators, each number under the name that it deserves here."""

from arena_runner.contract.tools.output import ToolOutput, ToolOutputError, ToolPoint
from arena_runner.contract.tools.profile_of import profile_of
from arena_runner.contract.tools.reader import MAX_BYTES, read

__all__ = ["MAX_BYTES", "ToolOutput", "ToolOutputError", "ToolPoint", "profile_of", "read"]
