"""Pure: fields that the files of published values and of seed claims share, checked."""

from datetime import UTC, date, datetime
from typing import Final

from arena.imports.errors import BadRow
from arena.imports.rows import Record

_FLAGS: Final = {
    "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False
}  # fmt: skip
_MAX_TEXT: Final = 500


def text(record: Record, column: str) -> str | None:
    """Return one line of text, None where the column is empty or not there; raise BadRow."""
    value = record.get(column)
    if value is None:
        return None
    if not isinstance(value, str):
        value = str(value) if isinstance(value, int | float) else None
    if value is None or len(value) > _MAX_TEXT or not value.isprintable():
        raise BadRow(f"{column} is not one line of at most {_MAX_TEXT} characters")
    return value.strip() or None


def required(record: Record, column: str) -> str:
    """Return a text that must be there; raise BadRow naming the column."""
    value = text(record, column)
    if value is None:
        raise BadRow(f"{column} is empty")
    return value


def flag(record: Record, column: str, *, default: bool) -> bool:
    """Return yes or no, `default` where the column is empty; raise BadRow."""
    word = text(record, column)
    if word is None:
        return default
    found = _FLAGS.get(word.casefold())
    if found is None:
        raise BadRow(f"{column} is {word[:40]!r}, want yes or no")
    return found


def node_count(record: Record) -> int | None:
    """Return the whole number of machines, None where it is not stated; raise BadRow."""
    count = text(record, "node_count")
    if count is None:
        return None
    if not count.isascii() or not count.isdigit() or not 1 <= int(count[:6]) <= 99_999:
        raise BadRow(f"node_count is {count[:40]!r}, want a whole number from 1")
    return int(count)


def url(record: Record) -> str | None:
    """Return a web address, None where there is none; raise BadRow."""
    address = text(record, "source_url")
    if address is not None and not address.startswith(("https://", "http://")):
        raise BadRow("source_url does not start with https:// or http://")
    return address


def day(record: Record) -> date:
    """Return the day of the statement, which is not in the future; raise BadRow."""
    written = required(record, "stated_on")
    try:
        stated_on = date.fromisoformat(written)
    except ValueError:
        raise BadRow(f"stated_on is {written[:40]!r}, want a date as YYYY-MM-DD") from None
    if stated_on > datetime.now(UTC).date():
        raise BadRow(f"stated_on {stated_on} is in the future")
    return stated_on
