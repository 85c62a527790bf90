"""Pure: one row of a file of lanes, checked."""

from datetime import date
from math import isfinite
from typing import Final, NamedTuple, cast

from arena.imports.errors import BadRow
from arena.imports.rows import Record
from benchmarks import lane_identity
from benchmarks import row_fields as fields
from benchmarks.events import BADGES, Badge

COLUMNS: Final = frozenset(
    (
        "lane", "title", "model", "quantization", "engine", "hardware", "node_count", "operator",
        "stated_rank", "quality", "quality_unit", "tokens_per_second", "runs", "badges",
        "stated_on",
    )
)  # fmt: skip
_MOST: Final = 1e9


class FileLane(NamedTuple):
    """A checked row; the model, where the lane is one, still by name."""

    lane: str
    title: str
    model: str | None
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None
    stated_rank: int | None
    quality: float | None
    quality_unit: str
    tokens_per_second: float | None
    runs: int
    badges: tuple[Badge, ...]
    stated_on: date


def parse(record: Record) -> FileLane:
    """Check one row; raise BadRow naming the column."""
    if odd := sorted(map(str, record.keys() ^ COLUMNS)):
        raise BadRow(f"columns missing or not known: {', '.join(odd)}")
    runs = _count(record, "runs")
    if runs is None:
        raise BadRow("runs is empty: a score has at least one run")
    return FileLane(
        lane=_lane(record),
        title=fields.required(record, "title"),
        model=fields.text(record, "model"),
        quantization=fields.text(record, "quantization"),
        engine=fields.text(record, "engine"),
        hardware=fields.text(record, "hardware"),
        node_count=fields.node_count(record),
        operator=fields.text(record, "operator"),
        stated_rank=_count(record, "stated_rank"),
        quality=_number(record, "quality"),
        quality_unit=fields.text(record, "quality_unit") or "",
        tokens_per_second=_number(record, "tokens_per_second"),
        runs=runs,
        badges=_badges(record),
        stated_on=fields.day(record),
    )


def _lane(record: Record) -> str:
    try:
        return lane_identity.parse(fields.required(record, "lane")).identity
    except ValueError as error:
        raise BadRow(str(error)) from None


def _badges(record: Record) -> tuple[Badge, ...]:
    words = (fields.text(record, "badges") or "").split()
    if wrong := [word for word in words if word not in BADGES]:
        raise BadRow(f"badges: {wrong[0][:40]!r} is none of {', '.join(BADGES)}")
    return tuple(cast(Badge, word) for word in words)


def _count(record: Record, column: str) -> int | None:
    written = fields.text(record, column)
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:7]) <= 1_000_000):
        raise BadRow(f"{column} is {written[:40]!r}, want a whole number from 1")
    return int(written)


def _number(record: Record, column: str) -> float | None:
    written = fields.text(record, column)
    if written is None:
        return None
    try:
        number = float(written)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or not 0 <= number <= _MOST:
        raise BadRow(f"{column} is {written[:40]!r}, want a number from 0")
    return number
