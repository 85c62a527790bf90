"""Opens a connection for each request, sends it, and ends it when it takes too long."""

import asyncio
import socket
import ssl
from collections import deque
from typing import Any, Final

from arena_runner.load.exchange import Exchange
from arena_runner.load.limits import Limits
from arena_runner.load.spool import Spool
from arena_runner.load.target import Target, address_of

_PAUSE_S: Final = 0.002
"""Between answers that are put away, so that tokens on their way are not kept waiting."""


class TargetUnreachableError(Exception):
    """Nothing answers at the endpoint; the message says what happened, without its address."""


class Sender:
    """Sends requests to one endpoint, whose name is looked up once. Made by `connected`."""

    def __init__(
        self, host: str, port: int, *, tls: ssl.SSLContext | None, name: str, limits: Limits
    ) -> None:
        self.limits = limits
        self._spool = Spool(limits.memory_bytes)
        self._ended: deque[Exchange] = deque()
        self._host = host
        self._port = port
        self._tls: dict[str, Any] = {"ssl": tls, "server_hostname": name} if tls else {}
        self._open: set[Exchange] = set()

    @classmethod
    async def connected(cls, target: Target, limits: Limits) -> "Sender":
        """Return a sender to the first of the name's addresses that accepts a connection.

        Raises TargetUnreachableError.
        """
        address = address_of(target.base_url)
        tls = ssl.create_default_context() if address.tls else None
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TargetUnreachableError("the endpoint's name is not known") from error
        hosts = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        problem = "no address"
        for host in hosts:
            sender = cls(host, address.port, tls=tls, name=address.host, limits=limits)
            try:
                await sender._try()
            except (OSError, TimeoutError) as error:
                problem = _named(error)
            else:
                return sender
        raise TargetUnreachableError(f"the endpoint accepts no connection: {problem}")

    @property
    def open_requests(self) -> int:
        """How many requests are on their way now."""
        return len(self._open)

    async def send(self, payload: bytes, *, output_tokens: int) -> Exchange:
        """Return the exchange when it has ended, well or not."""
        exchange = Exchange(payload, output_tokens=output_tokens, limits=self.limits)
        loop = asyncio.get_running_loop()
        late = loop.call_later(
            self.limits.request_timeout_s, exchange.fail, "timeout", "the answer took too long"
        )
        self._open.add(exchange)
        try:
            await self._connect(exchange)
            await exchange.finished
        except asyncio.CancelledError:
            exchange.fail("cancelled", "the run was cancelled")
            raise
        finally:
            late.cancel()
            self._open.discard(exchange)
        self._ended.append(exchange)
        if len(self._ended) == 1:
            loop.call_later(_PAUSE_S, self._keep_next)
        return exchange

    def close(self) -> None:
        """Forget what was kept of answers."""
        self._ended.clear()
        self._spool.close()

    def end_all(self, problem: str) -> None:
        """End the requests that are on their way."""
        for exchange in tuple(self._open):
            exchange.fail("cancelled", problem)

    def _keep_next(self) -> None:
        """Put away one answer, and the next one later: many may end in the same instant."""
        if self._ended:
            self._ended.popleft().keep_in(self._spool)
        if self._ended:
            asyncio.get_running_loop().call_later(_PAUSE_S, self._keep_next)

    async def _connect(self, exchange: Exchange) -> None:
        loop = asyncio.get_running_loop()
        connecting = loop.create_task(
            loop.create_connection(lambda: exchange, self._host, self._port, **self._tls)
        )
        # Whatever ends the exchange (timeouts, cancelling) ends this too.
        exchange.finished.add_done_callback(lambda _: connecting.cancel())
        late = loop.call_later(
            self.limits.connect_timeout_s, exchange.fail, "connect", "connecting took too long"
        )
        try:
            await connecting
        except OSError as error:
            exchange.fail("connect", _named(error))
        except asyncio.CancelledError:
            if not exchange.finished.done():
                raise
        finally:
            late.cancel()

    async def _try(self) -> None:
        async with asyncio.timeout(self.limits.connect_timeout_s):
            transport, _ = await asyncio.get_running_loop().create_connection(
                asyncio.Protocol, self._host, self._port, **self._tls
            )
        transport.abort()


def _named(error: BaseException) -> str:
    """Name an error without its text, which may carry an address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not accepted ({error.verify_message})"
    return type(error).__name__
