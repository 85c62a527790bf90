"""Measures a point with another tool and reads its result."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from arena_runner.contract import tools
from arena_runner.contract.tools import ToolOutput
from arena_runner.drivers.arguments import arguments, writes_to_stdout
from arena_runner.drivers.executable import find
from arena_runner.drivers.process import ToolFailed, to_the_end
from arena_runner.drivers.request import Request

DEFAULT_TIMEOUT_S: Final = 4 * 3_600.0


@dataclass(frozen=True, kw_only=True)
class DriverResult:
    """The tool's own result, byte for byte, and what was read from it."""

    argv: tuple[str, ...]
    """As started; a key is replaced by three dots."""
    content: bytes
    output: ToolOutput


async def run(
    request: Request,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    allow_download: bool = False,
) -> DriverResult:
    """Run the tool as it is and return its result.

    Raises MissingTool, UnfitPoint for a point that it cannot measure, ToolFailed, and
    tools.ToolOutputError when it wrote numbers that cannot be.
    """
    program = find(request.tool, allow_download=allow_download)
    with tempfile.TemporaryDirectory(prefix="arena-driver-") as name:
        folder = Path(name)
        result = folder / "result.json"
        argv = (*program, *arguments(request, result))
        ended = await to_the_end(
            (*argv, *_key_arguments(request)),
            folder=folder,
            timeout_s=timeout_s,
            env=_key_variables(request),
            max_stdout_bytes=tools.MAX_BYTES,
        )
        if writes_to_stdout(request.tool):
            content = ended.stdout
        else:
            content = _content(result, request.tool, ended.last_lines)
    output = tools.read(content.decode("utf-8", errors="replace"))
    if output.tool != request.tool:
        raise ToolFailed(f"{request.tool} was asked, and the result is one of {output.tool}")
    shown = ("--api-key", "...") if _key_arguments(request) else ()
    return DriverResult(argv=(*argv, *shown), content=content, output=output)


def _content(result: Path, tool: str, last_lines: str) -> bytes:
    try:
        with result.open("rb") as stream:
            return stream.read(tools.MAX_BYTES + 1)
    except OSError as error:
        raise ToolFailed(f"{tool} ended well and wrote no result", last_lines) from error


def _key_arguments(request: Request) -> tuple[str, ...]:
    """llama-benchy reads its key from its arguments only."""
    if request.api_key is None or request.tool != "llama-benchy":
        return ()
    return ("--api-key", request.api_key)


def _key_variables(request: Request) -> dict[str, str]:
    if request.api_key is None:
        return {}
    return {"OPENAI_API_KEY": request.api_key, "GUIDELLM__OPENAI__API_KEY": request.api_key}
