"""Hands in what another tool has measured, such as llama-benchy or vllm bench serve."""

from pathlib import Path

from arena_runner.agent import files
from arena_runner.agent.errors import InvalidInput
from arena_runner.contract import tools
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.tools import ToolOutput
from arena_runner.site.answers import Judged
from arena_runner.site.client import ArenaClient


def read(path: Path) -> tuple[bytes, ToolOutput]:
    """Return a tool's file and what is in it; raise InvalidInput."""
    content = files.read(path, max_bytes=tools.MAX_BYTES)
    if content is None:
        raise InvalidInput("no-file", f"there is no file {path}")
    try:
        return content, tools.read(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidInput("bad-tool-output", f"{path} is not UTF-8") from None
    except tools.ToolOutputError as error:
        first = error.problems[0]
        raise InvalidInput(
            "bad-tool-output",
            f"{path}: {first}",
            problems=tuple((item.pointer, item.message) for item in error.problems),
        ) from None


def hand_in(
    client: ArenaClient, *, content: bytes, output: ToolOutput, manifest: Manifest
) -> Judged:
    """Upload the file and import it as a self-reported run; raise ArenaError."""
    name = client.put_artifact(content, kind="tool_output")
    return client.import_run(
        {
            "tool": output.tool,
            "tool_output_sha256": name,
            "manifest": manifest.model_dump(mode="json"),
        }
    )
