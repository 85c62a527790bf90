"""Figures of cells in words; static/leaderboards/rows.js words them the same way."""

from typing import Final

from leaderboards.cells import Cell
from leaderboards.column import Column
from leaderboards.templatetags.numbers import number

CLAIM_DECIMALS: Final = 2
_YES_OR_NO: Final = {True: "yes", False: "no"}


def plus_minus(cell: Cell, column: Column) -> str:
    """Return half the width of the interval, empty where there is none."""
    if cell["lower"] is None or cell["upper"] is None:
        return ""
    return f"±{number((cell['upper'] - cell['lower']) / 2, column.digits)}"


def bounds(cell: Cell, column: Column) -> str:
    """Return the ends of the interval in words, empty where there is none."""
    if cell["lower"] is None or cell["upper"] is None:
        return ""
    return f"{number(cell['lower'], column.digits)} to {number(cell['upper'], column.digits)}"


def claim_text(value: float | bool | None, *, approximate: bool) -> str:
    """Return a claim with the decimals it was stated with: 41 is not 41.00."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES_OR_NO[value]
    shown = number(value, CLAIM_DECIMALS).rstrip("0").rstrip(".")
    return ("~" if approximate else "") + shown


def text_of(cell: Cell, column: Column) -> tuple[str, int]:
    """Return the figure, and how many characters to leave free so that points stand in line."""
    value = cell["value"]
    if "result" in cell:
        return cell["result"], 0
    if cell["kind"] == "measured":
        return ("" if value is None else number(value, column.digits)), 0
    text = claim_text(value, approximate=cell["approximate"])
    if value is None or isinstance(value, bool) or not column.digits:
        return text, 0
    decimals = len(text.partition(".")[2])
    return text, CLAIM_DECIMALS - decimals + (0 if decimals else 1)


def not_comparable(cell: Cell) -> str:
    """Return that a figure does not compare with its column, and why; empty where it does."""
    return f"not comparable: {cell['not_comparable']}" if "not_comparable" in cell else ""


def title_of(cell: Cell) -> str:
    """Return what a figure rests on, for those who point at it."""
    return ", ".join(part for part in (not_comparable(cell), *_grounds(cell)) if part)


def _grounds(cell: Cell) -> list[str]:
    if cell["kind"] == "claim":
        parts = [f"stated by {cell['source_name']} on {cell['as_of']}", cell["note"]]
    elif cell["counted"] == "prices":
        parts = [cell["note"], f"as of {cell['as_of']}" if cell["as_of"] else ""]
    elif cell["counted"] == "runs":
        parts = [cell["note"], f"last measured {cell['as_of']}"]
    elif cell["counted"] == "tasks":
        parts = [cell["note"], _interval(cell), f"on {cell['as_of']}"]
    elif cell["counted"] == "facts":
        parts = [cell["note"], f"from {cell['sample']} reviewed facts", f"on {cell['as_of']}"]
    else:
        sample = cell["sample"]
        parts = [
            f"{number(sample)} votes" if sample is not None else "",
            _interval(cell),
            f"last vote {cell['as_of']}" if cell["as_of"] else "",
            cell["note"],
        ]
    return parts


def _interval(cell: Cell) -> str:
    if cell["lower"] is None or cell["upper"] is None:
        return ""
    return f"95 % interval {number(cell['lower'], 1)} to {number(cell['upper'], 1)}"
