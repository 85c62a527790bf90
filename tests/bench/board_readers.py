"""Concurrent readers in one process, as cheap as Python can: `python -m tests.bench.board_readers`.

Reads a plan as JSON from stdin: `{"ports": [8000], "readers": 20, "seconds": 5, "warm_s": 1,
"cases": {name: [path, ...]}}`. The readers are dealt out among the ports. Each
reader holds one connection and asks again as soon as it has its answer, which is the hardest
load that so many readers can be. They take the paths of a case in turn. Writes by case how long
answers took, in ms from the request to the last byte, and how many bytes each had.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any, Final

import uvloop

_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_LIMIT_BYTES: Final = 16 * 2**20


async def _reader(
    port: int, paths: Iterator[str], until: float, taken_ms: list[float], sizes: list[int]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT_BYTES)
    while (started := time.perf_counter()) < until:
        path = next(paths)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\n"
            "Accept: text/html,application/json;q=0.9\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if b" 200 " not in head.partition(b"\r\n")[0] or length is None:
            raise RuntimeError(f"{path}: {head.decode()}")
        await reader.readexactly(int(length[1]))
        taken_ms.append((time.perf_counter() - started) * 1000)
        sizes.append(int(length[1]))
    writer.close()


async def _case(ports: list[int], paths: list[str], readers: int, seconds: float) -> dict[str, Any]:
    taken_ms: list[float] = []
    sizes: list[int] = []
    shared = cycle(paths)
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(
            _reader(ports[number % len(ports)], shared, until, taken_ms, sizes)
            for number in range(readers)
        )
    )
    return {"taken_ms": taken_ms, "bytes": max(sizes)}


async def main(plan: dict[str, Any]) -> None:
    """Run the cases one after the other."""
    found, ports = {}, plan["ports"]
    for name, paths in plan["cases"].items():
        # A few first: what is made once and kept is not what is measured.
        await _case(ports, paths, len(ports), plan["warm_s"])
        found[name] = await _case(ports, paths, plan["readers"], plan["seconds"])
    print(json.dumps(found))


if __name__ == "__main__":
    uvloop.run(main(json.load(sys.stdin)))
