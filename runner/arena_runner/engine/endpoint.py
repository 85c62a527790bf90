"""Small questions to an engine's HTTP API: bounded answers, never through a proxy.

Not for load: `arena_runner.load` has its own client, whose times count.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpx

_MOST_BYTES: Final = 4 * 1_048_576
_CONNECT_TIMEOUT_S: Final = 5.0


class Target(Protocol):
    """An OpenAI-compatible server. A `base_url` without a path means `/v1`."""

    @property
    def base_url(self) -> str:
        """Where it listens."""
        ...

    @property
    def model(self) -> str:
        """The name that requests give."""
        ...

    @property
    def api_key(self) -> str | None:
        """Its bearer key, where it wants one."""
        ...


class EndpointError(Exception):
    """The server does not answer, or not as such a server does; the message says what to do."""


class Connection:
    """A few questions to one server."""

    def __init__(self, client: httpx.AsyncClient, target: Target) -> None:
        self.model = target.model
        self._client = client
        self._api = api_of(target.base_url)
        self._root = self._api.removesuffix("/v1")

    async def page(self, path: str) -> Any:
        """Return the JSON of an engine's own page, such as `/version`; None where it has none.

        Ask for the models first: a gateway may refuse, redirect or cut off what it does not know,
        and that says nothing about the server.
        """
        try:
            status, body = await self._exchange("GET", self._root + path, path, None)
        except EndpointError:
            return None
        return _parsed(body) if status == httpx.codes.OK else None

    async def models(self) -> Any:
        """Return the list of models as the server gives it; raise EndpointError.

        None where it has no such list.
        """
        shown = "/v1/models"
        status, body = await self._exchange("GET", f"{self._api}/models", shown, None)
        if status in (401, 403):
            raise EndpointError(
                f"{shown} answers {status}: set ARENA_ENGINE_API_KEY to the engine's key"
            )
        return _parsed(body) if status == httpx.codes.OK else None

    async def healthy(self) -> bool:
        """Tell whether `/health` agrees, or is not there: llama.cpp says 503 while it loads."""
        status, _ = await self._exchange("GET", f"{self._root}/health", "/health", None)
        return status not in (httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.INTERNAL_SERVER_ERROR)

    async def complete(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a chat completion without streaming; raise EndpointError."""
        shown = "/v1/chat/completions"
        url = f"{self._api}/chat/completions"
        status, answer = await self._exchange("POST", url, shown, {"model": self.model, **body})
        parsed = _parsed(answer)
        if status != httpx.codes.OK:
            raise EndpointError(f"{shown} answers {status}: {_reason(parsed, answer)}")
        if not isinstance(parsed, dict):
            raise EndpointError(f"{shown} answers something else than a JSON object")
        return parsed

    async def _exchange(
        self, method: str, url: str, shown: str, body: Mapping[str, Any] | None
    ) -> tuple[int, bytes]:
        parts, size = [], 0
        try:
            async with self._client.stream(method, url, json=body) as response:
                async for part in response.aiter_bytes():
                    size += len(part)
                    if size > _MOST_BYTES:
                        raise EndpointError(f"{shown} answers more than {_MOST_BYTES} bytes")
                    parts.append(part)
                return response.status_code, b"".join(parts)
        except httpx.TimeoutException as error:
            raise EndpointError(f"{shown} does not answer in time: is the model loaded?") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The address of the error stays out: messages are shown on pages.
            raise EndpointError(
                f"{shown} cannot be reached ({type(error).__name__}): is the engine running, and"
                " is its base_url right?"
            ) from error


def api_of(base_url: str) -> str:
    """Return the address below which `/chat/completions` lies; without a path that is `/v1`."""
    bare = base_url.rstrip("/")
    return bare if urlsplit(bare).path else f"{bare}/v1"


@asynccontextmanager
async def connected(target: Target, *, timeout_s: float) -> AsyncIterator[Connection]:
    """Return a connection to the server, closed at the end."""
    headers = {"Authorization": f"Bearer {target.api_key}"} if target.api_key else {}
    async with httpx.AsyncClient(
        headers=headers,
        timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S)),
        # An engine is the owner's own: a proxy of the environment is for the world outside.
        trust_env=False,
        follow_redirects=False,
    ) as client:
        yield Connection(client, target)


def text_of(answer: Mapping[str, Any]) -> str:
    """Return what the model said, reasoning before content; empty where it said nothing."""
    choices = answer.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    if not isinstance(message, dict):
        return ""
    parts = (message.get(name) for name in ("reasoning_content", "reasoning", "content"))
    return "".join(part for part in parts if isinstance(part, str))


def prompt_tokens_of(answer: Mapping[str, Any]) -> int | None:
    """Return the prompt's length by the server's usage."""
    usage = answer.get("usage")
    count = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _reason(parsed: Any, body: bytes) -> str:
    error = parsed.get("error", parsed) if isinstance(parsed, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return str(message or body[:200].decode(errors="replace"))[:200]
