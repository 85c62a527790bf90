"""What the server of known speed is told on its command line."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from arena_runner.load.known_answer import Framing
from arena_runner.load.pacing import Speed

_FIELDS: Final = ("content", "reasoning_content", "reasoning")


@dataclass(frozen=True, slots=True)
class Options:
    """Speed, and everything in which a server may differ from others or fail."""

    speed: Speed = field(default_factory=Speed)
    framing: Framing = "chunked"
    field: Literal["content", "reasoning_content", "reasoning"] = "content"
    usage: bool = True
    early_role: bool = False
    """The chunk with nothing but the role comes at once, long before the first token."""
    strict: bool = False
    """Fields that OpenAI does not know are refused."""
    status: int | None = None
    """Every chat completion is answered with this HTTP status."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen and how long."""

    host: str
    port: int
    until_stdin_ends: bool


def parse(arguments: Sequence[str]) -> tuple[Options, Place]:
    """Return what the command line says; ends the process with code 2 when it says nonsense."""
    parser = argparse.ArgumentParser(
        prog="python -m arena_runner.load.known_speed",
        description="An OpenAI-compatible server whose speed is known exactly.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port; 0 means any that is free")
    parser.add_argument(
        "--until-stdin-ends", action="store_true", help="stop when standard input ends"
    )
    parser.add_argument("--ttft-ms", type=_positive, default=200.0, help="to the first token (200)")
    parser.add_argument(
        "--tokens-per-second", type=_positive, default=50.0, help="of each stream (50)"
    )
    parser.add_argument("--tokens-per-chunk", type=int, default=1, help="tokens an event (1)")
    parser.add_argument("--slots", type=int, help="requests served at a time; others wait")
    parser.add_argument("--stall-after", type=int, metavar="TOKENS", help="then say nothing more")
    parser.add_argument("--disconnect-after", type=int, metavar="TOKENS", help="then hang up")
    parser.add_argument("--framing", choices=("chunked", "close"), default="chunked")
    parser.add_argument("--field", choices=_FIELDS, default="content", help="where tokens are said")
    parser.add_argument("--no-usage", action="store_true", help="count no tokens")
    parser.add_argument("--early-role", action="store_true", help="send the role at once")
    parser.add_argument("--strict", action="store_true", help="refuse fields unknown to OpenAI")
    parser.add_argument("--status", type=int, help="answer everything with this HTTP status")
    told = parser.parse_args(arguments)
    if told.tokens_per_chunk < 1 or (told.slots is not None and told.slots < 1):
        parser.error("--tokens-per-chunk and --slots: want 1 or more")
    speed = Speed(
        ttft_ms=told.ttft_ms,
        tokens_per_second=told.tokens_per_second,
        tokens_per_chunk=told.tokens_per_chunk,
        slots=told.slots,
        stall_after=told.stall_after,
        disconnect_after=told.disconnect_after,
    )
    options = Options(
        speed=speed,
        framing=told.framing,
        field=told.field,
        usage=not told.no_usage,
        early_role=told.early_role,
        strict=told.strict,
        status=told.status,
    )
    return options, Place(told.host, told.port, told.until_stdin_ends)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"want more than 0, got {text}")
    return value
