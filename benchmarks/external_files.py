"""Pure: one row of a file of published values, checked."""

import math
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from arena.imports.errors import BadRow
from arena.imports.rows import Record
from benchmarks import row_fields as fields
from benchmarks.events import METRIC_UNITS, Metric

REQUIRED: Final = ("model", "metric", "value", "unit", "source_name", "stated_on")
COLUMNS: Final = frozenset(
    (
        *REQUIRED, "quantization", "engine", "hardware", "node_count", "operator",
        "approximate", "note", "source_url",
    )
)  # fmt: skip
SCHEMA: Final = """Columns, one value a row:

  model         name of the model; required
  quantization, engine, hardware, node_count, operator
                facts of the deployment; empty where the source does not say
  metric        elo, decode_tokens_per_second, output_usd_per_million_tokens
                or sovereign; required
  value         the number as published, yes or no for sovereign; empty when
                the source gives none
  unit          Elo, tok/s, USD/M tokens or yes/no, as the metric has it;
                required
  approximate   yes when the source marks the number as approximate
  note          what the source adds; required as the reason where there is
                no value
  source_name   who publishes it; required
  source_url    http or https address
  stated_on     date of the statement, YYYY-MM-DD; required

A source states one value per deployment, metric and date: a correction
carries a later date.
"""
_RANGES: Final[Mapping[Metric, tuple[float, float]]] = {
    "elo": (-10_000, 10_000),
    "decode_tokens_per_second": (0, 10_000_000),
    "output_usd_per_million_tokens": (0, 1_000_000),
    "sovereign": (0, 1),
}


class FileClaim(NamedTuple):
    """A checked row, the model still by name."""

    model: str
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None
    metric: Metric
    value: float | None
    unit: str
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date


def check_columns(names: Collection[str | None]) -> None:
    """Raise UnusableFile when a required column is missing or one is not known."""
    fields.check_columns(names, required=REQUIRED, known=COLUMNS)


def parse(record: Record) -> FileClaim:
    """Check one row; raise BadRow naming the column."""
    metric = fields.metric(record, METRIC_UNITS)
    value = _value(record, metric)
    note = fields.text(record, "note") or ""
    if value is None and not note:
        raise BadRow("value is empty: write the source's reason in note")
    return FileClaim(
        model=fields.model_name(record),
        quantization=fields.text(record, "quantization"),
        engine=fields.text(record, "engine"),
        hardware=fields.text(record, "hardware"),
        node_count=fields.node_count(record),
        operator=fields.text(record, "operator"),
        metric=metric,
        value=value,
        unit=fields.unit(record, metric, METRIC_UNITS),
        approximate=fields.flag(record, "approximate", default=False),
        note=note,
        source_name=fields.required(record, "source_name"),
        source_url=fields.url(record),
        stated_on=fields.day(record),
    )


def _value(record: Record, metric: Metric) -> float | None:
    value: Any = record.get("value")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if metric == "sovereign":
        return float(fields.flag(record, "value", default=False))
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    low, high = _RANGES[metric]
    if not low <= number <= high:
        raise BadRow(
            f"value {str(value)[:40]!r} is not a number from {low:,} to {high:,};"
            " write 80 with approximate yes for ~80, nothing with a note for n/a"
        )
    return number
