"""Pure: fields that files of values, scores, claims and prices share, checked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypeVar, cast

from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Record
from benchmarks.naming import check_name

MetricT = TypeVar("MetricT", bound=str)

_FLAGS: Final = {
    "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False
}  # fmt: skip
_MAX_TEXT: Final = 500


def text(record: Record, column: str) -> str | None:
    """Return one line of text, None where the column is empty or not there; raise BadRow."""
    value = record.get(column)
    if value is None:
        return None
    is_one = isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)
    line = str(value)
    if not is_one or len(line) > _MAX_TEXT or not line.isprintable():
        raise BadRow(f"{column} is not one line of at most {_MAX_TEXT} characters")
    return line.strip() or None


def required(record: Record, column: str) -> str:
    """Return a text that must be there; raise BadRow naming the column."""
    value = text(record, column)
    if value is None:
        raise BadRow(f"{column} is empty")
    return value


def flag(record: Record, column: str, *, default: bool) -> bool:
    """Return yes or no, `default` where the column is empty; raise BadRow."""
    value = record.get(column)
    if isinstance(value, bool):
        return value
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


def model_name(record: Record, column: str = "model") -> str:
    """Return the name of a model, which must be there; raise BadRow."""
    try:
        return check_name(required(record, column))
    except ValueError as error:
        raise BadRow(f"{column}: {error}") from None


def metric(record: Record, units: Mapping[MetricT, str]) -> MetricT:
    """Return a metric that has a unit; raise BadRow naming those there are."""
    found = required(record, "metric")
    if found not in units:
        raise BadRow(f"metric {found[:40]!r} is not one of {', '.join(units)}")
    return cast(MetricT, found)


def unit(record: Record, of: MetricT, units: Mapping[MetricT, str]) -> str:
    """Return the unit, which must be that of the metric; raise BadRow."""
    found = required(record, "unit")
    if found != units[of]:
        raise BadRow(f"unit is {found[:40]!r}, {of} is stated in {units[of]!r}")
    return found


def check_columns(
    names: Collection[str | None], *, required: Iterable[str], known: Collection[str]
) -> None:
    """Raise UnusableFile when a required column is missing or one is not known."""
    missing = [name for name in required if name not in names]
    unknown = sorted(str(name) for name in names if name not in known)
    if missing or unknown:
        raise UnusableFile(
            f"columns missing: {', '.join(missing) or 'none'};"
            f" not known: {', '.join(unknown) or 'none'}; known: {', '.join(sorted(known))}"
        )


def day(record: Record) -> date:
    """Return the day of the statement, which is not in the future; raise BadRow."""
    return past_day(required(record, "stated_on"), "stated_on")


def past_day(written: str, column: str) -> date:
    """Return an ISO date that is not in the future; raise BadRow naming the column."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise BadRow(f"{column} is {written[:40]!r}, want a date as YYYY-MM-DD") from None
    if found > datetime.now(UTC).date():
        raise BadRow(f"{column} {found} is in the future")
    return found
