"""Read server-sent events from bytes as they come, however they are cut.

After the HTML standard, 9.2.6 "Interpreting an event stream"; only `data` is kept.
"""

_BOM = b"\xef\xbb\xbf"


class TooLongEvent(ValueError):
    """One event is larger than the limit."""


class EventReader:
    """Feed it bytes, take whole events. Memory is bounded by `max_event_bytes`."""

    def __init__(self, *, max_event_bytes: int = 1_048_576) -> None:
        self._max_event_bytes = max_event_bytes
        self._line = bytearray()
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._skips_newline = False
        self._is_first_line = True

    def feed(self, chunk: bytes) -> list[str]:
        """Return the data of the events that this chunk completes; raise TooLongEvent."""
        events: list[str] = []
        if self._skips_newline and chunk:
            # The line ended with a CR at the very end of the last chunk; this may be its LF.
            chunk = chunk.removeprefix(b"\n")
            self._skips_newline = False
        for part in chunk.splitlines(keepends=True):
            self._line += part.rstrip(b"\r\n")
            if len(self._line) + self._data_bytes > self._max_event_bytes:
                raise TooLongEvent(f"an event is longer than {self._max_event_bytes} bytes")
            if part.endswith((b"\r", b"\n")):
                events += self._end_line()
        self._skips_newline = chunk.endswith(b"\r")
        return events

    def end(self) -> list[str]:
        """Return the data that stands at the end of the stream without the blank line after it.

        The standard drops it; servers that forget the last newline are common.
        """
        return [*self._end_line(), *self._end_event()]

    def _end_line(self) -> list[str]:
        line = bytes(self._line)
        self._line.clear()
        if self._is_first_line:
            line = line.removeprefix(_BOM)
            self._is_first_line = False
        if not line:
            return self._end_event()
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
            self._data_bytes += len(value) + 1
        return []

    def _end_event(self) -> list[str]:
        if not self._data:
            return []
        # Only whole lines are decoded, so no character is cut in two.
        text = b"\n".join(self._data).decode(errors="replace")
        self._data.clear()
        self._data_bytes = 0
        return [text]
