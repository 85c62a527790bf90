"""Which figures of a board may stand beside each other, and in whose view."""

from collections.abc import Collection, Sequence
from typing import Final, Literal, NamedTuple

from leaderboards.builds import name_of
from leaderboards.cells import Cell
from leaderboards.columns import Column
from leaderboards.conditions import contrast, reference, unmarked
from leaderboards.draws import Measure
from leaderboards.rows import Row

Kinds = Literal["measured", "all", "claims"]
KINDS: Final[dict[str, str]] = {
    "measured": "measured here",
    "all": "with claims of the same scale",
    "claims": "claims from elsewhere",
}
_ELO: Final = "Elo"
_CLAIM_LEFT_OUT: Final = "only a claim from elsewhere, which this view leaves out"
_OTHER_SCALE: Final = "only a rating from elsewhere, which is on another scale"
_NOT_CLAIMED: Final = "no claim from elsewhere"
_OTHER_CONDITIONS: Final = "measured in another way than most of these rows"


class Missing(NamedTuple):
    """Why a row has no figure for a view."""

    reason: str


def is_numeric(column: Column) -> bool:
    """Return whether the figures of a column are amounts."""
    return column.unit != "yes/no"


def rated_as(row: Row, cell: Cell) -> str:
    """Return what a figure made of votes is about: the row's model, or one build of it."""
    return name_of(row["model"]["slug"], cell.get("build"))


def figures(rows: Sequence[Row], column: Column, kinds: Kinds) -> list[Measure | Missing]:
    """Return each row's figure in a column, or why the view has none.

    Figures compare under the conditions that most of these rows share; the others are left out.
    """
    found = [_figure(row, column, kinds) for row in rows]
    own = [row["cells"][column.key] for row in rows]
    usual = reference(
        cell for cell, one in zip(own, found, strict=True) if isinstance(one, Measure)
    )
    if usual is None:
        return found
    apart = [contrast(cell.get("conditions", usual), usual, name="these rows") for cell in own]
    return [
        Missing(f"{_OTHER_CONDITIONS}: {why}") if why and isinstance(one, Measure) else one
        for why, one in zip(apart, found, strict=True)
    ]


def without_marks(rows: Sequence[Row], columns: Collection[Column]) -> list[Row]:
    """Return the rows without what their board says of these columns: here these rows decide."""
    keys = [column.key for column in columns]
    return [
        {**row, "cells": {**row["cells"], **{key: unmarked(row["cells"][key]) for key in keys}}}
        if any("not_comparable" in row["cells"][key] for key in keys)
        else row
        for row in rows
    ]


def _figure(row: Row, column: Column, kinds: Kinds) -> Measure | Missing:
    """Return a row's figure alone, or why there is none.

    Ratings belong to the model, or to one build of it, so that its deployments share one;
    everything else is the row's own.
    """
    cell = row["cells"][column.key]
    value = cell["value"]
    if reason := _left_out(cell, column, kinds):
        return Missing(reason)
    if value is None or isinstance(value, bool):
        return Missing(cell["missing"] or "no measurement")
    is_of_model = cell["counted"] == "votes" and cell["sample"] is not None
    return Measure(
        value=float(value),
        lower=cell["lower"],
        upper=cell["upper"],
        shared=rated_as(row, cell) if is_of_model else row["key"],
    )


def _left_out(cell: Cell, column: Column, kinds: Kinds) -> str | None:
    if cell["kind"] == "measured":
        return _NOT_CLAIMED if kinds == "claims" else None
    if cell["value"] is None or kinds == "claims":
        return None
    if kinds == "measured":
        return _CLAIM_LEFT_OUT
    return _OTHER_SCALE if column.unit == _ELO else None
