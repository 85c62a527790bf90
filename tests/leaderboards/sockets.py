"""A board's websocket as a test sees it."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import websockets
from websockets.sync.client import ClientConnection, connect

from tests.live_server import LiveServer

PATIENCE_S = 10.0


class Closed(NamedTuple):
    """How the server ended a socket."""

    code: int | None
    reason: str


@contextlib.contextmanager
def board_socket(
    server: LiveServer,
    path: str = "/ws/boards/text/",
    *,
    cookie: str | None = None,
    origin: str | None = None,
    host: str | None = None,
    **options: Any,
) -> Iterator[ClientConnection]:
    """Open a socket from a page of the server itself, or of another `origin` or `host` name."""
    headers = {"Cookie": cookie} if cookie else {}
    # Connected here, so that the name in the address need not be one that can be looked up.
    connection = socket.create_connection(("127.0.0.1", server.port))
    with connect(
        f"ws://{host or server.host}{path}",
        sock=connection,
        origin=websockets.Origin(origin or f"http://{server.host}"),
        additional_headers=headers,
        compression=None,
        max_size=None,
        **options,
    ) as opened:
        yield opened


def receive(board: ClientConnection, *, within_s: float = PATIENCE_S) -> dict[str, Any]:
    """The next message; raises TimeoutError."""
    message: dict[str, Any] = json.loads(board.recv(timeout=within_s))
    return message


def receive_until(
    board: ClientConnection, position: int, *, within_s: float = PATIENCE_S
) -> list[dict[str, Any]]:
    """The messages up to the one that brings the position; raises TimeoutError."""
    deadline = time.monotonic() + within_s
    messages: list[dict[str, Any]] = []
    while not messages or messages[-1]["position"] < position:
        messages.append(receive(board, within_s=max(deadline - time.monotonic(), 0.001)))
    return messages


def closed(board: ClientConnection, *, within_s: float = PATIENCE_S) -> Closed:
    """Read until the server closes, and say how; raises TimeoutError when it does not."""
    deadline = time.monotonic() + within_s
    try:
        while True:
            board.recv(timeout=max(deadline - time.monotonic(), 0.001))
    except websockets.ConnectionClosed:
        return Closed(board.close_code, board.close_reason or "")
