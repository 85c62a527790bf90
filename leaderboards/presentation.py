"""A board's rows as its page shows them: sorted, searched, in sections, every figure in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from leaderboards.addresses import address
from leaderboards.cells import Cell, absent
from leaderboards.columns import Column
from leaderboards.references import Reference, reference
from leaderboards.rows import Row, Section
from leaderboards.templatetags.numbers import number, plain
from leaderboards.whiskers import Scale, Whisker

SHAPES: Final[Mapping[str | None, str]] = {
    "elo": "●", "quality": "★", "speed": "▲", "cost": "■", "sovereign": "◆", None: ""
}  # fmt: skip
CLAIM_DECIMALS: Final = 2
INTERVAL_COLUMN: Final = "rating"
VOTES: Final = "votes"
"""The log's name for everything that counts votes or takes them off."""
BLANK_SLUG: Final = "-"
_YES_OR_NO: Final = {True: "yes", False: "no"}


@dataclass(frozen=True, kw_only=True, slots=True)
class CellView:
    """One figure in words; `text` is empty where there is none and `missing` says why."""

    column: Column
    raw: Cell
    text: str
    plus_minus: str
    interval: str
    trim: int
    """Characters to leave free on the right, so that decimal points stand below each other."""
    href: str
    title: str
    whisker: Whisker | None
    reference: Reference | None
    """Who states it; None for what was measured here."""
    number: int | None
    """Of the reference on this page."""

    @property
    def label(self) -> str:
        """Return what stands above the figure on a card: shape and title."""
        return " ".join(filter(None, (SHAPES[self.column.dimension], self.column.title)))

    @property
    def unit(self) -> str:
        """Return what stands below the figure on a card; nothing below a yes or no."""
        return "" if isinstance(self.raw["value"], bool) else unit_text(self.column)

    @property
    def css_class(self) -> str:
        """Return the classes of the table cell."""
        claim = "claim" if self.raw["kind"] == "claim" else None
        return " ".join(filter(None, (f"col-{self.column.key}", self.column.dimension, claim)))

    @property
    def suffix(self) -> str:
        """Return the words right after the figure."""
        return self.raw.get("suffix", "")

    @property
    def sort_value(self) -> str:
        """Return the value as a plain number for scripts, empty when there is none."""
        return plain(self.raw["value"])

    @property
    def has_interval_drawn(self) -> bool:
        """Return whether the column draws intervals, in this row or another."""
        return self.column.key == INTERVAL_COLUMN


@dataclass(frozen=True, kw_only=True, slots=True)
class RowView:
    """One row; `is_tier_start` puts the rule above it."""

    row: Row
    cells: list[CellView]
    is_tier_start: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionView:
    """One part of the table, shown when it has rows."""

    key: Section
    title: str
    note: str
    rows: list[RowView]


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What the cells of one page share; the defaults are those of a row shown alone."""

    board: str
    scale: Scale | None = None
    numbers: Mapping[Reference, int] = field(default_factory=dict)


SECTIONS: Final[tuple[tuple[Section, str, str], ...]] = (
    ("rated", "Rated", "comparable with each other through blind votes on this board"),
    (
        "preliminary",
        "Preliminary",
        "rated, but with fewer votes than this board asks for before it ranks a model",
    ),
    ("unrated", "Not rated", "voted on, but the votes cannot place them among the others"),
    ("measured", "Measured", "runs of this arena, no votes on this board yet"),
    (
        "claims",
        "Claims from elsewhere",
        "stated by others on other scales, not measured here, not ranked",
    ),
)


def unit_text(column: Column) -> str:
    """Return the unit where the title or the figures do not say it already."""
    is_said = column.unit.casefold() == column.title.casefold() or column.unit == "yes/no"
    return "" if is_said else column.unit


def blank_row(columns: Sequence[Column], *, board: str) -> RowView:
    """Return a row without any figure, from which the page makes rows that arrive later."""
    row: Row = {
        "key": "",
        "order": 0,
        "section": "claims",
        "tier": None,
        "rank_best": None,
        "rank_worst": None,
        "model": {"slug": BLANK_SLUG, "name": ""},
        "deployment": None,
        "cells": {column.key: absent("", unit=column.unit) for column in columns},
    }
    setting = Setting(board=board)
    cells = [cell_view(row, column, setting) for column in columns]
    return RowView(row=row, cells=cells, is_tier_start=False)


def in_sections(rows: Sequence[Row]) -> dict[Section, list[Row]]:
    """Return the rows of each section, in the order of the page."""
    return {key: [row for row in rows if row["section"] == key] for key, _, _ in SECTIONS}


def sections(
    rows: Mapping[Section, Sequence[Row]],
    columns: Sequence[Column],
    setting: Setting,
    *,
    tiers: bool,
) -> list[SectionView]:
    """Return the sections in order; `tiers` draws the rules between tiers."""
    return [
        SectionView(
            key=key, title=title, note=note, rows=_rows(rows[key], columns, setting, tiers=tiers)
        )
        for key, title, note in SECTIONS
    ]


def _rows(
    rows: Iterable[Row], columns: Sequence[Column], setting: Setting, *, tiers: bool
) -> list[RowView]:
    views, tier = [], None
    for row in rows:
        views.append(
            RowView(
                row=row,
                cells=[cell_view(row, column, setting) for column in columns],
                is_tier_start=tiers and row["tier"] is not None and row["tier"] != tier,
            )
        )
        tier = row["tier"]
    return views


def cell_view(row: Row, column: Column, setting: Setting) -> CellView:
    """Return one figure of a row in words."""
    cell = row["cells"][column.key]
    text, trim = _text(cell, column)
    ends = bounds(cell, column)
    source = reference(cell)
    return CellView(
        column=column,
        raw=cell,
        text=text,
        plus_minus=_plus_minus(cell, column),
        interval=f", 95 % interval {ends}" if ends else "",
        trim=trim,
        href=_evidence(row, cell, board=setting.board),
        title=_title(cell),
        whisker=(
            setting.scale.whisker(cell) if setting.scale and column.key == INTERVAL_COLUMN else None
        ),
        reference=source,
        number=setting.numbers.get(source) if source else None,
    )


def _plus_minus(cell: Cell, column: Column) -> str:
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


def _text(cell: Cell, column: Column) -> tuple[str, int]:
    value = cell["value"]
    if cell["kind"] == "measured":
        return ("" if value is None else number(value, column.digits)), 0
    text = claim_text(value, approximate=cell["approximate"])
    if value is None or isinstance(value, bool) or not column.digits:
        return text, 0
    decimals = len(text.partition(".")[2])
    return text, CLAIM_DECIMALS - decimals + (0 if decimals else 1)


def _title(cell: Cell) -> str:
    if cell["kind"] == "claim":
        parts = [f"stated by {cell['source_name']} on {cell['as_of']}", cell["note"]]
    elif cell["counted"] == "prices":
        parts = [cell["note"], f"as of {cell['as_of']}" if cell["as_of"] else ""]
    elif cell["counted"] == "runs":
        parts = [cell["note"], f"last measured {cell['as_of']}"]
    elif cell["counted"] == "facts":
        parts = [cell["note"], f"from {cell['sample']} reviewed facts", f"on {cell['as_of']}"]
    else:
        sample = cell["sample"]
        parts = [
            f"{number(sample)} votes" if sample is not None else "",
            _interval(cell),
            f"last vote {cell['as_of']}" if cell["as_of"] else "",
        ]
    return ", ".join(part for part in parts if part)


def _interval(cell: Cell) -> str:
    if cell["lower"] is None or cell["upper"] is None:
        return ""
    return f"95 % interval {number(cell['lower'], 1)} to {number(cell['upper'], 1)}"


def _evidence(row: Row, cell: Cell, *, board: str) -> str:
    """Return the way down from a figure to the events it rests on."""
    if cell["position"] is not None:
        return address("event", cell["position"])
    deployment = row["key"].partition(":")[2]
    if cell["counted"] == "prices":
        return address("calculator", deployment=deployment)
    if cell["counted"] == "runs":
        return address("runs", deployment=deployment)
    if cell["counted"] == "facts":
        return address("sovereignty_of", deployment)
    return address("log", type=VOTES, board=board, model=row["model"]["slug"])
