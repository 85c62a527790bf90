"""One figure of a board with all that a reader needs to judge it."""

from collections.abc import Mapping
from datetime import date, datetime
from math import inf
from typing import Literal, NotRequired, TypedDict

from benchmarks.events import Measures

_DECIMALS = 2
Counted = Literal["votes", "runs", "prices", "facts", "tasks"]
"""What a figure rests on; one of `prices` is reckoned, and its arithmetic can be called up."""


class OfModel(TypedDict):
    """The rating of a whole model, beside that of one of its builds."""

    value: float | None
    lower: float | None
    upper: float | None
    sample: int | None


class Cell(TypedDict):
    """A figure, or the reason why there is none: then `value` is None and `missing` says why.

    `lower` and `upper` bound the 95 % interval where there is one; `sample` is the number of
    observations behind the figure, `counted` says of what; `as_of` is an ISO 8601 date or time;
    `position` is the event that states a claim, None where a figure rests on many events.
    """

    value: float | bool | None
    lower: float | None
    upper: float | None
    sample: int | None
    counted: Counted
    unit: str
    as_of: str | None
    kind: Literal["measured", "claim"]
    approximate: bool
    source_name: str | None
    source_url: str | None
    note: str
    missing: str | None
    position: int | None
    suffix: NotRequired[str]
    """Words right after the figure, such as a level; not there where it has none."""
    build: NotRequired[str]
    """The quantization whose votes alone a rating rests on; not there for one of the model."""
    of_model: NotRequired[OfModel]
    """The rating of the model; only there beside that of a build."""
    result: NotRequired[str]
    """A result that is no figure, in words; then `missing` repeats it for who wants a figure."""
    measures: NotRequired[Measures]
    """What a score measures; only scores have it."""
    variant: NotRequired[str]
    """Within what a score compares with others on its suite; only scores have it."""
    conditions: NotRequired[Mapping[str, str]]
    """Under which the figure was made, by name; not there where all of a column are alike."""
    not_comparable: NotRequired[str]
    """How its conditions differ from those its column compares under; only such cells have it."""


def measured(
    value: float,
    *,
    unit: str,
    as_of: date | None,
    sample: int | None = None,
    counted: Counted = "votes",
    note: str = "",
    suffix: str = "",
    lower: float | None = None,
    upper: float | None = None,
    decimals: int = _DECIMALS,
) -> Cell:
    """A figure that the arena computed from its own log, kept to so many decimals."""
    cell: Cell = {
        **absent("", unit=unit),
        "value": rounded(value, decimals),
        "lower": rounded(lower, decimals),
        "upper": rounded(upper, decimals),
        "sample": sample,
        "counted": counted,
        "note": note,
        "as_of": iso(as_of),
        "missing": None,
    }
    if suffix:
        cell["suffix"] = suffix
    return cell


def under(cell: Cell, conditions: Mapping[str, str]) -> Cell:
    """Return the cell with the conditions of its figure, in the order in which jsonb has keys."""
    ordered = sorted(conditions.items(), key=lambda item: (len(item[0]), item[0]))
    return {**cell, "conditions": dict(ordered)}


def alone(cell: Cell, build: str, whole: Cell) -> Cell:
    """The rating of one build alone, with that of its model beside it."""
    kept: OfModel = {
        "value": None if whole["value"] is None else float(whole["value"]),
        "lower": whole["lower"],
        "upper": whole["upper"],
        "sample": whole["sample"],
    }
    return {**cell, "build": build, "of_model": kept}


def of_model(cell: Cell) -> Cell:
    """The rating of the model, where a cell has that of one build; else the cell."""
    if "of_model" not in cell:
        return cell
    whole: Cell = {**cell, **cell["of_model"], "note": ""}
    for name in ("build", "of_model", "suffix"):
        whole.pop(name, None)  # type: ignore[misc]  # each is one of those that need not be there
    return whole


def in_words(cell: Cell, result: str) -> Cell:
    """The cell with a result that is no figure, such as that nothing passes: less than any."""
    return {**cell, "value": None, "missing": result, "result": result}


def has_result(cell: Cell) -> bool:
    """Whether something was found, a figure or not."""
    return cell["value"] is not None or "result" in cell


def sort_amount(cell: Cell) -> float:
    """The amount by which a cell with a result is sorted."""
    return -inf if cell["value"] is None else float(cell["value"])


def claimed(
    value: float | bool | None,
    *,
    unit: str,
    as_of: date,
    approximate: bool,
    source_name: str,
    source_url: str | None,
    note: str,
    position: int,
) -> Cell:
    """A figure that somebody else published; without a value, their reason stands in `missing`."""
    return {
        **absent("", unit=unit),
        "kind": "claim",
        "value": value if isinstance(value, bool) else rounded(value),
        "as_of": iso(as_of),
        "approximate": approximate,
        "source_name": source_name,
        "source_url": source_url,
        "note": "" if value is None else note,
        "missing": (note or "the source gives no value") if value is None else None,
        "position": position,
    }


def absent(reason: str, *, unit: str) -> Cell:
    """No figure, and why."""
    return {
        "value": None,
        "lower": None,
        "upper": None,
        "sample": None,
        "counted": "votes",
        "unit": unit,
        "as_of": None,
        "kind": "measured",
        "approximate": False,
        "source_name": None,
        "source_url": None,
        "note": "",
        "missing": reason,
        "position": None,
    }


def rounded(value: float | None, decimals: int = _DECIMALS) -> float | None:
    """The value to so many decimals: noise in the last bits of a fit is not an update."""
    if value is None or isinstance(value, int):
        return value
    result = round(value, decimals)
    return result if result else 0.0


def iso(moment: date | None) -> str | None:
    """ISO 8601, times to the second in UTC with a Z."""
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return moment.isoformat() if moment else None
