"""HTTP to one arena: canonical bodies, retries with jitter, problems as exceptions.

Retried: no answer, 408, 425, 429 and 5xx, with the wait that the site asks for. A refusal is never
retried. Every call can be repeated: writes carry an idempotency key or a fence.
"""

import ipaddress
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from arena_runner import __version__
from arena_runner.contract.canonical import canonical
from arena_runner.site.errors import ArenaError, refusal, unreachable

API: Final = "/api/v1/"
MAX_ANSWER_BYTES: Final = 64 * 1_048_576
_CONNECT_S: Final = 10.0
_READ_S: Final = 30.0
_WRITE_S: Final = 60.0
_LONGEST_WAIT_S: Final = 60.0
_JSON: Final = "application/json"


class Transport:
    """One arena at one address, with the key that opens it. Safe to use from several threads."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        attempts: int = 5,
        first_wait_s: float = 1.0,
        client: httpx.Client | None = None,
    ) -> None:
        """Raise ArenaError for an address that is none, or that would show the key to the network.

        `attempts` counts all tries of one call; the wait before the second is up to
        `first_wait_s`, by chance, and may double each time up to a minute.
        """
        self.url = _checked(url, has_key=token is not None)
        headers = {"User-Agent": f"arena-runner/{__version__}"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        # Redirects off: a key must not follow one to another host.
        self._client = client or httpx.Client(follow_redirects=False)
        self._headers = headers
        self._jitter = wait_random_exponential(multiplier=first_wait_s, max=_LONGEST_WAIT_S)
        self._attempts = attempts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        idempotency_key: str | None = None,
        read_s: float | None = None,
        once: bool = False,
    ) -> tuple[int, Any]:
        """Send a JSON body, return status and JSON answer (None when empty); raise ArenaError.

        `read_s` is the longest wait for the answer, `once` leaves out every retry.
        """
        headers = {"Content-Type": _JSON} if body is not None else {}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        content = canonical(body) if body is not None else None
        answer = self.send(method, path, content, headers=headers, read_s=read_s, once=once)
        if not answer.content:
            return answer.status_code, None
        try:
            return answer.status_code, answer.json()
        except (ValueError, RecursionError):
            raise ArenaError(
                "bad-answer",
                f"{method} {path}: the answer is not JSON; is this the address of an arena?",
                status=answer.status_code,
            ) from None

    def send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        read_s: float | None = None,
        once: bool = False,
    ) -> httpx.Response:
        """Send raw bytes, return the successful answer; raise ArenaError."""
        tries = Retrying(
            retry=retry_if_exception(_is_temporary),
            stop=stop_after_attempt(1 if once else self._attempts),
            wait=self._wait,
            reraise=True,
        )
        timeout = httpx.Timeout(
            connect=_CONNECT_S, read=read_s or _READ_S, write=_WRITE_S, pool=_CONNECT_S
        )
        request = self._client.build_request(
            method,
            self.url + API + path,
            content=content,
            headers={**self._headers, **(headers or {})},
            timeout=timeout,
        )
        return tries(self._once, request)

    def _once(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = self._client.send(request, stream=True)
            try:
                body = _bounded(answer)
            finally:
                answer.close()
        except httpx.HTTPError as error:
            raise unreachable(error) from None
        if answer.is_success:
            return httpx.Response(answer.status_code, headers=_plain(answer), content=body)
        if answer.is_redirect:
            raise ArenaError(
                "redirected",
                "the arena sends to another address; use that address itself",
                status=answer.status_code,
            )
        raise refusal(answer.status_code, body, answer.headers.get("Retry-After"))

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_s if isinstance(error, ArenaError) else None
        return max(self._jitter(state), min(asked or 0.0, _LONGEST_WAIT_S))


def _bounded(answer: httpx.Response) -> bytes:
    parts, size = [], 0
    for part in answer.iter_bytes():
        size += len(part)
        if size > MAX_ANSWER_BYTES:
            raise ArenaError(
                "answer-too-large",
                f"the answer is longer than {MAX_ANSWER_BYTES} bytes",
                status=answer.status_code,
            )
        parts.append(part)
    return b"".join(parts)


def _plain(answer: httpx.Response) -> dict[str, str]:
    """Return the headers of the answer as it is now: unpacked and of another length."""
    gone = {"content-encoding", "content-length", "transfer-encoding"}
    return {name: value for name, value in answer.headers.items() if name.lower() not in gone}


def _is_temporary(error: BaseException) -> bool:
    return isinstance(error, ArenaError) and error.is_temporary and error.code != "bad-answer"


def _checked(url: str, *, has_key: bool) -> str:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL("")
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ArenaError("bad-url", "the address of the arena must begin with https://", status=400)
    if parsed.userinfo:
        raise ArenaError("bad-url", "the address must not hold a name or password", status=400)
    if has_key and parsed.scheme == "http" and not _is_local(parsed.host):
        raise ArenaError(
            "insecure-url",
            "http:// would send your key readable through the network; use https://",
            status=400,
        )
    return str(parsed.copy_with(query=None, fragment=None)).rstrip("/").removesuffix("/api/v1")


def _is_local(host: str) -> bool:
    """Return whether the host is this machine, or one that only its own network reaches."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal"))
    return address.is_loopback or address.is_private or address.is_link_local
