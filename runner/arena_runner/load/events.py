"""Server-sent events out of a timed body, each with the time of its last byte."""

from collections.abc import Iterable, Iterator

from arena_runner.load.response import ProtocolError


def events(body: Iterable[tuple[int, bytes]], *, max_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Yield (time, data) of each event that has data; what is cut off at the end is dropped.

    After the WHATWG's "Interpreting an event stream", with bytes instead of text; names, ids and
    comments are skipped. Raises ProtocolError for an event of more than `max_bytes`.
    """
    buffer = bytearray()
    held = b""
    for time_ns, part in body:
        if not buffer and not held and part.endswith(b"\n\n") and b"\r" not in part:
            # Nothing but whole events, the common case.
            whole = (_data(event) for event in part[:-2].split(b"\n\n"))
            yield from ((time_ns, data) for data in whole if data is not None)
            continue
        start = max(len(buffer) - 1, 0)
        if held or b"\r" in part:
            part, held = _with_line_feeds(held + part)
        buffer += part
        while (end := buffer.find(b"\n\n", start)) >= 0:
            data = _data(bytes(buffer[:end]))
            del buffer[: end + 2]
            start = 0
            if data is not None:
                yield time_ns, data
        if len(buffer) > max_bytes:
            raise ProtocolError(f"an event of more than {max_bytes} bytes")


def _with_line_feeds(part: bytes) -> tuple[bytes, bytes]:
    """Make every line end a line feed; hold back what may be half of a line end."""
    held = b"\r" if part.endswith(b"\r") else b""
    whole = part[: len(part) - len(held)]
    return whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), held


def _data(event: bytes) -> bytes | None:
    if event.startswith(b"data: ") and b"\n" not in event:
        return event[6:]
    lines = [
        line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")
    ]
    return b"\n".join(lines) if lines else None
