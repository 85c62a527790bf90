"""The bytes of a request: OpenAI's chat completions, streamed, over HTTP/1.1."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena_runner import __version__
from arena_runner.load.target import Target, address_of

Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which fields the server takes; what it refuses is left out for the whole point."""

    extras: bool = True
    """`ignore_eos` and `min_tokens`, which engines know and OpenAI does not."""
    stream_options: bool = True


DIALECTS = (Dialect(), Dialect(extras=False), Dialect(extras=False, stream_options=False))
"""From the fullest to the plainest."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of one answer."""

    output_tokens: int
    temperature: float | None
    ignore_eos: bool


def request_bytes(
    target: Target, messages: Sequence[Message], wanted: Wanted, dialect: Dialect
) -> bytes:
    """Return head and body of one request, after which the connection closes."""
    body: dict[str, Any] = {
        "model": target.model,
        "messages": list(messages),
        "stream": True,
        "max_tokens": wanted.output_tokens,
    }
    if wanted.temperature is not None:
        body["temperature"] = wanted.temperature
    if dialect.stream_options:
        body["stream_options"] = {"include_usage": True}
    if wanted.ignore_eos and dialect.extras:
        body |= {"ignore_eos": True, "min_tokens": wanted.output_tokens}
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    content = data.encode("utf-8", "replace")
    address = address_of(target.base_url)
    head = [
        f"POST {address.path}/chat/completions HTTP/1.1",
        f"Host: {address.host_header}",
        f"User-Agent: arena-runner/{__version__}",
        "Content-Type: application/json",
        "Accept: text/event-stream, application/json",
        "Accept-Encoding: identity",
        "Connection: close",
        f"Content-Length: {len(content)}",
    ]
    if target.api_key is not None:
        head.append(f"Authorization: Bearer {target.api_key}")
    return "\r\n".join([*head, "", ""]).encode("ascii") + content
