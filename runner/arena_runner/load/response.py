"""An HTTP/1.1 answer read piece by piece (RFC 9112), each part of the body with its time."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

_CHUNK_LINE_BYTES: Final = 1_024
_LENGTH_DIGITS: Final = 15
_HEXADECIMAL: Final = b"0123456789abcdefABCDEF"


class ProtocolError(Exception):
    """The bytes are no HTTP/1.1 answer, or one beyond the bounds."""


class _State(Enum):
    HEAD = auto()
    LENGTH = auto()
    CHUNK_SIZE = auto()
    CHUNK = auto()
    CHUNK_END = auto()
    TRAILERS = auto()
    UNTIL_CLOSE = auto()
    DONE = auto()


class ResponseReader:
    """Takes bytes in the order of arrival; afterwards has status, headers and timed body.

    It can be fed early or late: it knows no clock and keeps what it has not used.
    """

    def __init__(self, *, header_bytes: int) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        self.body: list[tuple[int, bytes]] = []
        """Parts of the body with the nanoseconds given with them."""
        self._header_bytes = header_bytes
        self._head_bytes = 0
        self._state = _State.HEAD
        self._left = 0
        self._buffer = bytearray()
        self._time_ns = 0

    @property
    def complete(self) -> bool:
        """Whether the answer has ended by its own framing."""
        return self._state is _State.DONE

    @property
    def ends_with_chunk(self) -> bool:
        """Whether only a last chunk can end it, which is cheap to recognise."""
        return self._state in (_State.CHUNK_SIZE, _State.CHUNK, _State.CHUNK_END)

    def feed(self, time_ns: int, data: bytes) -> None:
        """Take the next bytes; raise ProtocolError."""
        self._time_ns = time_ns
        if self._state is _State.CHUNK_SIZE and not self._buffer:
            data = self._take_whole_chunks(data)
        self._buffer += data
        while _STEPS[self._state](self):
            pass

    def end(self) -> bool:
        """Say that the connection has ended; return whether the answer is whole."""
        if self._state is _State.UNTIL_CLOSE:
            self._state = _State.DONE
        return self.complete

    def _take_whole_chunks(self, data: bytes) -> bytes:
        """Take the chunks that are whole in these bytes, the common case; return what is left."""
        at = 0
        while (end := data.find(b"\r\n", at, at + _LENGTH_DIGITS)) > at:
            digits = data[at:end]
            # Whatever is not plainly a size is left to the step that knows all of the rules.
            if digits.strip(_HEXADECIMAL) or not digits.strip(b"0"):
                break
            stop = end + 2 + int(digits, 16)
            if data[stop : stop + 2] != b"\r\n":
                break
            self.body.append((self._time_ns, data[end + 2 : stop]))
            at = stop + 2
        return data[at:]

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if max(end, 0 if end >= 0 else len(self._buffer)) > self._header_bytes - self._head_bytes:
            raise ProtocolError(f"more than {self._header_bytes} bytes of headers")
        if end < 0:
            return False
        self._head_bytes += end
        lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        self.status = _status(lines[0])
        if self.status < 200:
            return True  # An interim answer, RFC 9110, 15.2: the next head follows.
        self.headers = _headers(lines[1:])
        self._state = self._framing()
        return True

    def _framing(self) -> _State:
        """How the body ends: RFC 9112, 6.3."""
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise ProtocolError("compressed, though identity was asked for")
        coding = self.headers.get("transfer-encoding")
        if coding is not None:
            if coding.lower() != "chunked":
                raise ProtocolError("a transfer coding other than chunked")
            return _State.CHUNK_SIZE
        length = self.headers.get("content-length")
        if self.status in (204, 304) or length == "0":
            return _State.DONE
        if length is None:
            return _State.UNTIL_CLOSE
        if not (length.isascii() and length.isdigit() and len(length) <= _LENGTH_DIGITS):
            raise ProtocolError("a Content-Length that is no number")
        self._left = int(length)
        return _State.LENGTH if self._left else _State.DONE

    def _read_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        digits = line.partition(b";")[0].strip()
        try:
            # int() alone would take a sign, an underscore or 0x.
            self._left = int(digits, 16) if digits.isalnum() else -1
        except ValueError:
            self._left = -1
        if self._left < 0 or len(digits) > _LENGTH_DIGITS:
            raise ProtocolError("a chunk without a size")
        self._state = _State.CHUNK if self._left else _State.TRAILERS
        return True

    def _read_part(self) -> bool:
        if not self._buffer:
            return False
        part = bytes(self._buffer[: self._left])
        del self._buffer[: self._left]
        self.body.append((self._time_ns, part))
        self._left -= len(part)
        if self._left == 0:
            self._state = _State.CHUNK_END if self._state is _State.CHUNK else _State.DONE
        return True

    def _read_chunk_end(self) -> bool:
        if len(self._buffer) < 2:
            return False
        if self._buffer[:2] != b"\r\n":
            raise ProtocolError("a chunk longer than its size")
        del self._buffer[:2]
        self._state = _State.CHUNK_SIZE
        return True

    def _read_trailer(self) -> bool:
        line = self._line()
        if line is None:
            return False
        self._head_bytes += len(line)
        if self._head_bytes > self._header_bytes:
            raise ProtocolError(f"more than {self._header_bytes} bytes of headers")
        if not line:
            self._state = _State.DONE
        return True

    def _read_rest(self) -> bool:
        if self._buffer:
            self.body.append((self._time_ns, bytes(self._buffer)))
            self._buffer.clear()
        return False

    def _ignore_rest(self) -> bool:
        self._buffer.clear()
        return False

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n", 0, _CHUNK_LINE_BYTES)
        if end < 0:
            if len(self._buffer) >= _CHUNK_LINE_BYTES:
                raise ProtocolError(f"a chunk line of more than {_CHUNK_LINE_BYTES} bytes")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line


_STEPS: Final[dict[_State, Callable[[ResponseReader], bool]]] = {
    # Here and not in the object: methods bound to it would keep it alive until a collection.
    _State.HEAD: ResponseReader._read_head,
    _State.LENGTH: ResponseReader._read_part,
    _State.CHUNK_SIZE: ResponseReader._read_size,
    _State.CHUNK: ResponseReader._read_part,
    _State.CHUNK_END: ResponseReader._read_chunk_end,
    _State.TRAILERS: ResponseReader._read_trailer,
    _State.UNTIL_CLOSE: ResponseReader._read_rest,
    _State.DONE: ResponseReader._ignore_rest,
}


def _status(line: str) -> int:
    version, _, rest = line.partition(" ")
    code = rest[:3]
    if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit()):
        raise ProtocolError("no HTTP/1.1 status line")
    if not 100 <= int(code) <= 999:
        raise ProtocolError("a status code below 100")
    return int(code)


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip() or not name:
            raise ProtocolError("a header line without a name")
        headers[name.lower()] = value.strip()
    return headers
