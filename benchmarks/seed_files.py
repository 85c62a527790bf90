"""Pure: which seed texts there are, and one row of their files, checked."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Record
from benchmarks import row_fields as fields
from benchmarks.events import SEED_METRIC_UNITS, SeedMetric

FOLDER: Final = Path(__file__).with_name("seeds")
MANIFEST: Final = "seeds.yaml"
COLUMNS: Final = frozenset(
    (
        "section", "subject", "model", "quantization", "engine", "hardware", "node_count",
        "operator", "metric", "value", "unit", "out_of", "setting", "approximate", "note",
        "stated_on",
    )
)  # fmt: skip
_LARGEST: Final = 1e12
_DEPLOYMENT: Final = ("quantization", "engine", "hardware", "node_count", "operator")


class SeedText(BaseModel):
    """One text: where its numbers are, and whose they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    file: str = Field(pattern=r"^[a-z0-9_]+\.csv$")
    published: str | None = None
    """Values of the same text that `import_external` takes, below the folder of benchmarks."""
    lanes: str | None = Field(default=None, pattern=r"^[a-z0-9_]+\.csv$")
    """Lanes of the same text, with their identities and badges."""
    source_name: str = Field(min_length=1, max_length=200)
    author: str = Field(min_length=1)
    source_url: str | None = Field(default=None, pattern=r"^https://")
    licence: str = Field(min_length=1)


class FileSeedClaim(NamedTuple):
    """A checked row; the model, where there is one, still by name."""

    section: str
    subject: str
    model: str | None
    quantization: str | None
    engine: str | None
    hardware: str | None
    node_count: int | None
    operator: str | None
    metric: SeedMetric
    value: float
    unit: str
    out_of: float | None
    setting: str
    approximate: bool
    note: str
    stated_on: date


@cache
def shipped_texts() -> Mapping[str, SeedText]:
    """Return the texts that ship with the site, by seed."""
    return {text.seed: text for text in read_manifest(FOLDER)}


@cache
def seed_of_published() -> Mapping[str, str]:
    """Return the seed of each source name in the published values that ship with the texts."""
    found: dict[str, str] = {}
    for text in shipped_texts().values():
        if text.published:
            with (FOLDER.parent / text.published).open(encoding="utf-8", newline="") as lines:
                found.update({row["source_name"]: text.seed for row in csv.DictReader(lines)})
    return found


def read_manifest(folder: Path) -> Sequence[SeedText]:
    """Return the texts of a folder; raise UnusableFile when its manifest cannot be used."""
    path = folder / MANIFEST
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(tuple[SeedText, ...]).validate_python(raw)
    except OSError as error:
        raise UnusableFile(f"{path}: cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UnusableFile(f"{path.name}: not YAML in UTF-8") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise UnusableFile(f"{path.name}: entry {where}: {first['msg']}") from error


def parse(record: Record) -> FileSeedClaim:
    """Check one row; raise BadRow naming the column."""
    model, subject = fields.text(record, "model"), fields.text(record, "subject") or ""
    if (model is None) == (not subject):
        raise BadRow("want either model or subject, and not both")
    if subject and (stray := [name for name in _DEPLOYMENT if fields.text(record, name)]):
        raise BadRow(f"{stray[0]} describes a model; {subject[:40]!r} is a subject")
    metric = fields.metric(record, SEED_METRIC_UNITS)
    return FileSeedClaim(
        section=fields.required(record, "section"),
        subject=subject,
        model=None if model is None else fields.model_name(record),
        quantization=fields.text(record, "quantization"),
        engine=fields.text(record, "engine"),
        hardware=fields.text(record, "hardware"),
        node_count=fields.node_count(record),
        operator=fields.text(record, "operator"),
        metric=metric,
        value=_number(record, "value"),
        unit=fields.unit(record, metric, SEED_METRIC_UNITS),
        out_of=_out_of(record, metric),
        setting=fields.text(record, "setting") or "",
        approximate=fields.flag(record, "approximate", default=False),
        note=fields.text(record, "note") or "",
        stated_on=fields.day(record),
    )


def _out_of(record: Record, metric: SeedMetric) -> float | None:
    stated = fields.text(record, "out_of")
    if metric != "quality_score":
        if stated is not None:
            raise BadRow(f"out_of is for quality_score; {metric} has none")
        return None
    if stated is None:
        raise BadRow("out_of is empty: a quality_score needs its denominator")
    out_of = _number(record, "out_of")
    if _number(record, "value") > out_of:
        raise BadRow("value is above out_of")
    return out_of


def _number(record: Record, column: str) -> float:
    written = fields.required(record, column)
    try:
        number = float(written)
    except ValueError:
        number = float("nan")
    if not isfinite(number) or not 0 <= number <= _LARGEST:
        raise BadRow(f"{column} is {written[:40]!r}, want a number from 0 to {_LARGEST:.0e}")
    return number
