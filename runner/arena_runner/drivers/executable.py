"""Finds the program of a tool: on PATH, or fetched by uvx when the owner allows it."""

import shutil
from typing import Final

from arena_runner.contract.profile import Tool

_PROGRAMS: Final[dict[Tool, str]] = {
    "llama-benchy": "llama-benchy",
    "llama-bench": "llama-bench",
    "vllm": "vllm",
    "guidellm": "guidellm",
}
_PINNED: Final[dict[Tool, str]] = {
    "llama-benchy": "llama-benchy==0.4.0",
    "vllm": "vllm==0.32.0",
    "guidellm": "guidellm==0.8.1",
}
"""Versions whose output the importers are tested on."""
_INSTALL: Final[dict[Tool, str]] = {
    "llama-benchy": "pipx install llama-benchy==0.4.0 (350 MB)",
    "llama-bench": "build llama.cpp, which has it, and put its bin folder on PATH",
    "vllm": "pipx install vllm==0.32.0 (5.8 GB)",
    "guidellm": "pipx install guidellm==0.8.1 (5.9 GB)",
}


class MissingTool(LookupError):
    """The tool is not installed; the message says how to install it."""


def find(tool: Tool, *, allow_download: bool = False) -> tuple[str, ...]:
    """Return how the tool is started; raise MissingTool.

    With `allow_download`, uvx fetches the version that the importers are tested on.
    """
    program = _PROGRAMS[tool]
    if path := shutil.which(program):
        return (path,)
    uvx = shutil.which("uvx")
    if uvx and allow_download and tool in _PINNED:
        return (uvx, "--from", _PINNED[tool], program)
    hint = "" if tool not in _PINNED else ", or have uv on PATH and allow it to be downloaded"
    raise MissingTool(f"{program} is not on PATH: {_INSTALL[tool]}{hint}")
