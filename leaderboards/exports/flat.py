"""A view of a board as one flat table, which CSV and Parquet write alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from leaderboards.cells import Cell
from leaderboards.columns import Column
from leaderboards.rows import Row

FieldType = Literal["text", "integer", "number", "yes or no"]
YES_OR_NO: Final = "yes/no"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field of the flat table; `unit` is empty for what is no quantity."""

    name: str
    type: FieldType
    unit: str
    description: str
    of: Callable[[Row], Any]


_OF_A_ROW: Final = (
    Field(name="section", type="text", unit="", of=lambda row: row["section"],
          description="rated, preliminary, unrated, measured, or claims of others"),
    Field(name="tier", type="integer", unit="", of=lambda row: row["tier"],
          description="group that the votes cannot tell apart from its leader, from 1"),
    Field(name="rank_best", type="integer", unit="", of=lambda row: row["rank_best"],
          description="best rank that the intervals allow"),
    Field(name="rank_worst", type="integer", unit="", of=lambda row: row["rank_worst"],
          description="worst rank that the intervals allow"),
    Field(name="model", type="text", unit="", of=lambda row: row["model"]["slug"],
          description="slug of the model"),
    Field(name="model_name", type="text", unit="", of=lambda row: row["model"]["name"],
          description="name of the model"),
    Field(name="deployment", type="text", unit="", of=lambda row: row["deployment"],
          description="quantization, engine, hardware and operator"),
)  # fmt: skip


def fields(columns: Sequence[Column]) -> list[Field]:
    """Return the fields of a row, then for each column its figure and what there is to know of it.

    An interval stands beside every figure that may have one; `_missing` gives the reason for an
    empty figure and `_kind` tells a claim of somebody else from what was measured here.
    """
    return [*_OF_A_ROW, *(field for column in columns for field in _of_a_column(column))]


def _of_a_column(column: Column) -> list[Field]:
    is_yes_or_no = column.unit == YES_OR_NO

    def field(ending: str, kind: FieldType, part: Callable[[Cell], Any], description: str) -> Field:
        is_quantity = kind == "number"
        return Field(
            name=column.key + ending,
            type=kind,
            unit=column.unit if is_quantity or not ending else "",
            description=f"{column.title}: {description}",
            of=lambda row: part(row["cells"][column.key]),
        )

    return [
        field(
            "",
            "yes or no" if is_yes_or_no else "number",
            lambda cell: cell["value"] if is_yes_or_no else _amount(cell),
            column.help,
        ),
        field("_lower", "number", lambda cell: cell["lower"], "lower end of the 95 % interval"),
        field("_upper", "number", lambda cell: cell["upper"], "upper end of the 95 % interval"),
        field("_n", "integer", lambda cell: cell["sample"], "observations behind the figure"),
        field("_n_of", "text", _counted, "what was counted"),
        field("_kind", "text", _kind, "measured here, or a claim of somebody else"),
        *(
            [field("_measures", "text", _measures, "form, known answers, a judge or preferences")]
            if column.dimension == "quality"
            else []
        ),
        field(
            "_not_comparable",
            "text",
            _not_comparable,
            "how its conditions differ from those of the column, empty where it compares",
        ),
        field("_as_of", "text", lambda cell: cell["as_of"], "date or time, ISO 8601, UTC"),
        field("_source", "text", lambda cell: cell["source_name"], "who states a claim"),
        field("_note", "text", _note, "remarks"),
        field("_missing", "text", lambda cell: cell["missing"], "why there is no figure"),
    ]


def _amount(cell: Cell) -> float | None:
    """Return the figure; None for a claim that says yes or no of a quantity."""
    return None if isinstance(cell["value"], bool) else cell["value"]


def _note(cell: Cell) -> str | None:
    stated = ("yes" if cell["value"] else "no") if isinstance(cell["value"], bool) else ""
    return ", ".join(filter(None, (stated, cell["note"]))) or None


def _measures(cell: Cell) -> str | None:
    return cell.get("measures")


def _not_comparable(cell: Cell) -> str | None:
    return cell.get("not_comparable")


def _counted(cell: Cell) -> str | None:
    return cell["counted"] if cell["sample"] is not None else None


def _kind(cell: Cell) -> str | None:
    if cell["value"] is None and cell["kind"] != "claim" and "result" not in cell:
        return None
    return "claim, approximate" if cell["approximate"] else cell["kind"]
