"""HTTP to hostile addresses: every socket is checked just before it connects.

The check stands where the socket is made, so it sees what DNS answered this time, every redirect,
and numeric addresses in any notation. Proxies of the environment are not used, certificates are
verified, cookies are forgotten.
"""

import asyncio
import contextlib
import errno
import socket
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Self
from weakref import WeakKeyDictionary

import aiohttp
from yarl import URL

from workers.network import AllowList, Guard

_MAX_REDIRECTS = 3
# The two that keep method and body; the others would turn the question into a GET without it.
_REDIRECTS = frozenset({307, 308})
_HEADER_BYTES = 8190
_DEFAULT_PORTS = {"http": 80, "https": 443}


class RefusedTarget(Exception):
    """The address is private, or no web address; nothing was sent there."""


class BadRedirect(Exception):
    """The endpoint redirects in a way that cannot be followed."""


@dataclass(kw_only=True, slots=True)
class Sent:
    """When the connection stood and the request went out, by time.perf_counter; None before."""

    at: float | None = None


class GuardedClient:
    """The connections of one event loop; those of different guards are never shared.

    A pooled connection was checked by the guard of its session. So arenas share connections only
    where their rules decide alike.
    """

    def __init__(self) -> None:
        self._sessions: dict[Guard, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        """Return itself, to be closed at the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection."""
        await self.close()

    async def close(self) -> None:
        """Close every connection, also those in use."""
        while self._sessions:
            _, session = self._sessions.popitem()
            await session.close()

    @contextlib.asynccontextmanager
    async def post(
        self,
        url: URL,
        *,
        body: bytes,
        headers: Mapping[str, str],
        allow_list: AllowList,
        connect_s: float,
        sent: Sent,
        follows: bool = True,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send the body and yield the answer, following up to three redirects, or none.

        `Authorization` is dropped for good when a redirect leads to another origin. Without
        `follows` a redirect is an answer like any other. Raises RefusedTarget, BadRedirect,
        aiohttp.ClientError, TimeoutError.
        """
        left = dict(headers)
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._request(
                url, body=body, headers=left, allow_list=allow_list, connect_s=connect_s, sent=sent
            ) as response:
                if not (follows and 300 <= response.status < 400):
                    yield response
                    return
                onward = _redirect(response)
            if not _keeps_key(url, onward):
                left.pop("Authorization", None)
            url = onward
        raise BadRedirect(f"it redirects more than {_MAX_REDIRECTS} times")

    @contextlib.asynccontextmanager
    async def _request(
        self,
        url: URL,
        *,
        body: bytes,
        headers: Mapping[str, str],
        allow_list: AllowList,
        connect_s: float,
        sent: Sent,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        _check_scheme(url)
        session = self._session(allow_list.guard(url.raw_host or "", url.port or 0))
        try:
            response = await session.post(
                url,
                data=body,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=connect_s),
                trace_request_ctx=sent,
            )
        except aiohttp.InvalidURL:
            raise RefusedTarget("this is no web address") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _RefusedAddress):
                raise RefusedTarget(str(error.os_error.strerror)) from None
            raise
        async with response:
            yield response

    def _session(self, guard: Guard) -> aiohttp.ClientSession:
        session = self._sessions.get(guard)
        if session is None:
            session = self._sessions[guard] = _new_session(guard)
        return session


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, GuardedClient] = WeakKeyDictionary()


def shared_client() -> GuardedClient:
    """Return the client of the running event loop; it keeps connections for the next question."""
    return _shared.setdefault(asyncio.get_running_loop(), GuardedClient())


async def close_shared_client() -> None:
    """Close the connections of the running event loop, when its server stops."""
    client = _shared.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.close()


class _RefusedAddress(OSError):
    """Raised in place of making a socket. One text for all, so that aiohttp does not merge it."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, "it leads to an address that this arena may not reach")


def _new_session(guard: Guard) -> aiohttp.ClientSession:
    def make_socket(info: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not guard.permits(str(address[0]), int(address[1])):
            raise _RefusedAddress
        return socket.socket(family=family, type=kind, proto=protocol)

    return aiohttp.ClientSession(
        # The limits on concurrency are those of the endpoints.
        connector=aiohttp.TCPConnector(
            limit=0,
            socket_factory=make_socket,
            resolver=aiohttp.ThreadedResolver(),
            # Servers close idle connections, uvicorn after five seconds; a prompt that is sent into
            # one at that moment is lost, and with it the battle.
            keepalive_timeout=2,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        # Asked for as it is; what comes compressed all the same must not grow in memory.
        auto_decompress=False,
        headers={"Accept-Encoding": "identity", "User-Agent": "Arena"},
        max_line_size=_HEADER_BYTES,
        max_field_size=_HEADER_BYTES,
        trace_configs=[_tracing()],
    )


def _tracing() -> aiohttp.TraceConfig:
    """Note when the connection stands: neither DNS nor TLS is the model's time."""
    tracing = aiohttp.TraceConfig()

    async def note(_session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
        context.trace_request_ctx.at = time.perf_counter()

    tracing.on_connection_create_end.append(note)
    tracing.on_connection_reuseconn.append(note)
    return tracing


def _redirect(response: aiohttp.ClientResponse) -> URL:
    location = response.headers.get("Location")
    if response.status not in _REDIRECTS or not location:
        raise BadRedirect(f"it answers with the redirect {response.status}")
    try:
        onward = response.url.join(URL(location))
    except ValueError:
        raise BadRedirect("it redirects to what is no web address") from None
    _check_scheme(onward)
    return onward


def _check_scheme(url: URL) -> None:
    if url.scheme not in _DEFAULT_PORTS or not url.host:
        raise RefusedTarget("only http and https addresses are called")
    if url.user is not None or url.password is not None:
        raise RefusedTarget("the address carries a user or password")


def _keeps_key(old: URL, new: URL) -> bool:
    """Tell whether the key may follow: to the same origin, or from http to https of one host."""
    if old.origin() == new.origin():
        return True
    return (
        old.host == new.host
        and (old.scheme, new.scheme) == ("http", "https")
        and old.port == _DEFAULT_PORTS["http"]
        and new.port == _DEFAULT_PORTS["https"]
    )
