"""Many websocket clients in one process, as cheap as Python can.

    client.py PORT PATH CLIENTS handshake|message

Writes {} when all sockets have had their handshake, or their first message. Reads commands from
stdin, a line each, and answers each with a line of JSON: `report` with what was received since
the last `reset`, `reset` with {}. Latency is from the `sent_ns` in a message (CLOCK_MONOTONIC,
nanoseconds) to its receipt. Only server frames of text, ping and close are understood.
"""

import asyncio
import collections
import json
import re
import resource
import struct
import sys
import time
from typing import Any, cast

import uvloop
from typing_extensions import override

_SENT = re.compile(rb'"sent_ns":(\d+)')
_POSITION = re.compile(rb'"position":(\d+)')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_CONNECTING_AT_ONCE = 50
_CONNECT_TIMEOUT_S = 60


class Tally:
    """What all clients of this process have received since the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.latencies_ns: list[int] = []

    def report(self, clients: list["Client"]) -> dict[str, Any]:
        latencies = sorted(self.latencies_ns)
        return {
            "open": sum(client.is_open for client in clients),
            "deliveries": len(latencies),
            "p50_ms": _quantile_ms(latencies, 0.5),
            "p99_ms": _quantile_ms(latencies, 0.99),
            "clients_by_position": collections.Counter(
                client.position for client in clients if client.is_open
            ),
        }


class Client(asyncio.Protocol):
    """One socket: a handshake, then frames."""

    def __init__(self, request: bytes, tally: Tally, ready_after: str) -> None:
        self.request = request
        self.tally = tally
        self.ready_after = ready_after
        self.is_open = False
        self.position = 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A cast: the transports of uvloop do not inherit from asyncio's.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self.request)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(f"closed before the {self.ready_after}"))

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_open and not self._shake_hands():
            return
        while self._take_frame():
            pass

    def _shake_hands(self) -> bool:
        head, separator, rest = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return False
        if b" 101 " not in head.partition(b"\r\n")[0]:
            self.ready.set_exception(ConnectionError(head.decode()))
            return False
        self._buffer = rest
        self.is_open = True
        if self.ready_after == "handshake":
            self.ready.set_result(None)
        return True

    def _take_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, start = buffer[1], 2
        if size >= 126:
            form, start = (">H", 4) if size == 126 else (">Q", 10)
            if len(buffer) < start:
                return False
            (size,) = struct.unpack_from(form, buffer, 2)
        if len(buffer) < start + size:
            return False
        self._take(buffer[0] & 15, bytes(buffer[start : start + size]))
        del buffer[: start + size]
        return True

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == _TEXT:
            now_ns = time.monotonic_ns()
            if sent := _SENT.search(payload, 0, 200):
                self.tally.latencies_ns.append(now_ns - int(sent[1]))
            if position := _POSITION.search(payload):
                self.position = int(position[1])
            if not self.ready.done():
                self.ready.set_result(None)
        elif opcode == _PING:
            # Clients mask what they send; the mask of zeros changes nothing.
            self.transport.write(bytes([0x80 | _PONG, 0x80 | len(payload)]) + bytes(4) + payload)
        elif opcode == _CLOSE:
            self.is_open = False


def _quantile_ms(sorted_ns: list[int], share: float) -> float | None:
    if not sorted_ns:
        return None
    return sorted_ns[min(int(len(sorted_ns) * share), len(sorted_ns) - 1)] / 1e6


def _request(port: int, path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()


async def _connect(
    port: int, path: str, count: int, ready_after: str, tally: Tally
) -> list[Client]:
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    slots = asyncio.Semaphore(_CONNECTING_AT_ONCE)

    async def one() -> None:
        async with slots:
            _, client = await loop.create_connection(
                lambda: Client(_request(port, path), tally, ready_after), "127.0.0.1", port
            )
            clients.append(client)
            await client.ready

    async with asyncio.timeout(_CONNECT_TIMEOUT_S):
        await asyncio.gather(*(one() for _ in range(count)))
    return clients


async def main(port: int, path: str, count: int, ready_after: str) -> None:
    """Open the sockets, then obey stdin until it ends."""
    tally = Tally()
    clients = await _connect(port, path, count, ready_after, tally)
    print("{}", flush=True)
    while command := (await asyncio.to_thread(sys.stdin.readline)).strip():
        answer: dict[str, Any] = {}
        if command == "report":
            answer = tally.report(clients)
        elif command == "reset":
            tally.reset()
        else:
            raise ValueError(f"unknown command {command!r}")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]))
