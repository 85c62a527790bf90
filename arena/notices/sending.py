"""Send deliveries over the guarded client: many at once, each within ten seconds.

The receiver is hostile until it proves otherwise: its address is checked at the socket, redirects
are answers like any other, and of the answer nothing but the status is read.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from asgiref.sync import async_to_sync
from django.utils import timezone
from yarl import URL

from arena.notices import signing
from arena.notices.commands import Claimed, Result
from workers import secret_box
from workers.guarded_http import GuardedClient, RefusedTarget, Sent
from workers.network import AllowList
from workers.queries import allow_list
from workers.target import SealedSecret

_CONNECT_S: Final = 5
_TOTAL_S: Final = 10
_FAILURES: Final = (RefusedTarget, TimeoutError, aiohttp.ClientError, OSError)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Message:
    """What goes over the wire. Made for one attempt, kept and logged nowhere."""

    url: URL = field(repr=False)
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    allow_list: AllowList = field(repr=False)


def send(claimed: Sequence[Claimed]) -> list[Result]:
    """Make the attempts side by side and return what came of each, in the same order."""
    results: list[Result] = async_to_sync(_send_all)([_signed(item) for item in claimed])
    return results


def _signed(item: Claimed) -> _Message | Result:
    """Return the message of an attempt, or why it cannot be signed."""
    body = item.body.encode()
    try:
        secret = secret_box.unseal(item.encrypted_secret)
    except SealedSecret as error:
        return Result(status=None, error=str(error).rstrip("."), duration_ms=0)
    signed = signing.headers(
        secret=secret, delivery_id=item.delivery_id, at=timezone.now(), body=body
    )
    return _Message(
        url=URL(item.url),
        body=body,
        headers={"Content-Type": "application/json", **signed},
        allow_list=allow_list(tenant=item.tenant),
    )


async def _send_all(messages: Sequence[_Message | Result]) -> list[Result]:
    async with GuardedClient() as client:
        return await asyncio.gather(*(_send(client, message) for message in messages))


async def _send(client: GuardedClient, message: _Message | Result) -> Result:
    if isinstance(message, Result):
        return message
    started = time.perf_counter()
    status, error = None, ""
    try:
        async with asyncio.timeout(_TOTAL_S), client.post(
            message.url,
            body=message.body,
            headers=message.headers,
            allow_list=message.allow_list,
            connect_s=_CONNECT_S,
            sent=Sent(),
            follows=False,
        ) as response:  # fmt: skip
            status = response.status
            error = "" if 200 <= status < 300 else f"it answered {status}"
    except _FAILURES as failure:
        error = _words(failure)
    duration_ms = (time.perf_counter() - started) * 1000
    return Result(status=status, error=error, duration_ms=duration_ms)


def _words(failure: Exception) -> str:
    """Return why there is no answer; nothing of it comes from the receiver."""
    match failure:
        case RefusedTarget():
            return str(failure)
        case TimeoutError():
            return f"it did not answer within {_TOTAL_S} seconds"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not valid"
        case aiohttp.ClientConnectorError():
            return "no connection"
        case aiohttp.ClientResponseError():
            return "it does not speak HTTP as it should"
    return "the connection broke"
