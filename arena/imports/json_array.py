"""Read one big JSON array item by item."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from arena.imports.errors import UnusableFile

MAX_ITEM_CHARACTERS = 16 * 2**20
_CHUNK = 2**16
_SPACE = " \t\r\n"
_decode = json.JSONDecoder().raw_decode


def array_items(text: TextIO) -> Iterator[Any]:
    """Yield the items of an array whose opening bracket has been read already.

    Holds one item and about one chunk in memory. Raises UnusableFile with the number of the item
    from which on the text is no array: what follows a broken item cannot be told apart.
    """
    buffer, start, number, chunk = "", 0, 1, _CHUNK
    while True:
        start = _after_space(buffer, start)
        if buffer.startswith("]", start):
            return
        item, end = _item(buffer, start)
        if end is not None:
            yield item
            start = end + 1 if buffer[end] == "," else end
            number, chunk = number + 1, _CHUNK
            continue
        more = _read(text, chunk, number)
        if not more or len(buffer) - start > MAX_ITEM_CHARACTERS:
            raise UnusableFile(f"the JSON array is broken or cut off at item {number}")
        buffer, start = buffer[start:] + more, 0
        chunk *= 2


def _item(buffer: str, start: int) -> tuple[Any, int | None]:
    """Return (item, index of the comma or bracket behind it), or (None, None) for want of text."""
    try:
        item, end = _decode(buffer, start)
    except (ValueError, RecursionError):
        return None, None
    end = _after_space(buffer, end)
    return (item, end) if buffer[end : end + 1] in (",", "]") else (None, None)


def _after_space(buffer: str, start: int) -> int:
    while start < len(buffer) and buffer[start] in _SPACE:
        start += 1
    return start


def _read(text: TextIO, size: int, number: int) -> str:
    try:
        return text.read(size)
    except UnicodeDecodeError:
        raise UnusableFile(f"the JSON array is not UTF-8 about item {number}") from None
