"""Pure: one row of a file of model facts, checked."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple, cast, get_args

from arena.imports.errors import BadRow
from arena.imports.rows import Record
from benchmarks import row_fields as fields
from benchmarks.events import Modality

COLUMNS: Final = frozenset(
    (
        "model", "total_parameters", "active_parameters", "context_tokens", "input_modalities",
        "base_model", "source_name", "source_url", "stated_on",
    )
)  # fmt: skip
SCHEMA: Final = """Columns; an empty one states nothing:
  model               name or slug of a registered model
  total_parameters    all weights, a whole number: 35000000000
  active_parameters   weights that work on one token
  context_tokens      longest input and output together
  input_modalities    words apart by spaces: text, image, audio, video
  base_model          what it was trained further from
  source_name         who states it; required
  source_url          where; begins with https://
  stated_on           YYYY-MM-DD; required"""
_MODALITIES: Final = get_args(Modality)
_MOST_DIGITS: Final = 15


class FileFacts(NamedTuple):
    """A checked row, the model still by name."""

    model: str
    total_parameters: int | None
    active_parameters: int | None
    context_tokens: int | None
    input_modalities: tuple[Modality, ...]
    base_model: str | None
    source_name: str
    source_url: str | None
    stated_on: date


def parse(record: Record) -> FileFacts:
    """Check one row; raise BadRow naming the column."""
    if odd := sorted(map(str, record.keys() ^ COLUMNS)):
        raise BadRow(f"columns missing or not known: {', '.join(odd)}")
    return FileFacts(
        model=fields.required(record, "model"),
        total_parameters=_count(record, "total_parameters"),
        active_parameters=_count(record, "active_parameters"),
        context_tokens=_count(record, "context_tokens"),
        input_modalities=_modalities(record),
        base_model=fields.text(record, "base_model"),
        source_name=fields.required(record, "source_name"),
        source_url=fields.url(record),
        stated_on=fields.day(record),
    )


def _count(record: Record, column: str) -> int | None:
    written = fields.text(record, column)
    if written is None:
        return None
    if not (written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS):
        raise BadRow(f"{column} is {written[:40]!r}, want a whole number such as 35000000000")
    return int(written)


def _modalities(record: Record) -> tuple[Modality, ...]:
    words: Sequence[str] = (fields.text(record, "input_modalities") or "").split()
    if wrong := [word for word in words if word not in _MODALITIES]:
        raise BadRow(f"input_modalities: {wrong[0][:40]!r} is none of {', '.join(_MODALITIES)}")
    return tuple(cast(Modality, word) for word in words)
