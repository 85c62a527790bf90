"""A board's rows as its page shows them: sorted, searched, in sections, every figure in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.urls import reverse

from leaderboards.cell_words import bounds, not_comparable, plus_minus, text_of, title_of
from leaderboards.cells import Cell, absent
from leaderboards.columns import Column
from leaderboards.disputes import CellKey, Mark
from leaderboards.labels import Label, Labels
from leaderboards.references import Reference, reference
from leaderboards.rows import Row, Section
from leaderboards.templatetags.numbers import number, plain
from leaderboards.whiskers import Scale, Whisker

SHAPES: Final[Mapping[str | None, str]] = {
    "elo": "●", "quality": "★", "speed": "▲", "cost": "■", "sovereign": "◆", None: ""
}  # fmt: skip
INTERVAL_COLUMN: Final = "rating"
VOTES: Final = "votes"
"""The log's name for everything that counts votes or takes them off."""
BLANK_SLUG: Final = "-"


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
    disputed: Mark | None = None
    """Open disputes of the cell."""

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
        apart = "apart" if self.not_comparable else None
        names = (f"col-{self.column.key}", self.column.dimension, claim, apart)
        return " ".join(filter(None, names))

    @property
    def suffix(self) -> str:
        """Return the words right after the figure."""
        return self.raw.get("suffix", "")

    @property
    def not_comparable(self) -> str:
        """Return how it differs from what its column compares, empty where it does not."""
        return not_comparable(self.raw)

    @property
    def measures(self) -> str:
        """Return what a score measures, empty for everything that is no score."""
        return self.raw.get("measures", "")

    @property
    def sort_value(self) -> str:
        """Return the value as a plain number for scripts, empty when there is none."""
        return "-Infinity" if "result" in self.raw else plain(self.raw["value"])

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
    labels: tuple[Label, ...] = ()

    @property
    def first_chance(self) -> str:
        """Return how likely the model is the first and which ranks it may hold; empty unranked."""
        if self.row["rank_best"] is None:
            return ""
        chance = self.row["cells"]["rank_one"]["value"]
        if chance is None:
            return ""
        spread = f"{self.row['rank_best']} to {self.row['rank_worst']}"
        return f"first with a probability of {number(chance, 1)} %, rank {spread}"

    @property
    def deployment_slug(self) -> str:
        """Return whose page the row's deployment leads to; a placeholder where it has none."""
        return self.row["key"].partition("deployment:")[2] or BLANK_SLUG


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionView:
    """One part of the table, shown when it has rows."""

    key: Section
    title: str
    note: str
    rows: list[RowView]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the cells of one page share; the defaults are those of a row shown alone."""

    board: str
    scale: Scale | None = None
    numbers: Mapping[Reference, int] = field(default_factory=dict)
    labels: Labels = field(default_factory=dict)
    disputes: Mapping[CellKey, Mark] = field(default_factory=dict)
    query: str = ""
    """What the pages of the cells must know of this view: its moment, its costs, its profile."""

    @cached_property
    def cells_href(self) -> str:
        """Return where the pages of the board's cells begin."""
        return f"{reverse('board', args=[self.board])}cells/"


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
    found: dict[Section, list[Row]] = {key: [] for key, _, _ in SECTIONS}
    for row in rows:
        found[row["section"]].append(row)
    return found


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
                labels=setting.labels.get(row["key"], ()),
            )
        )
        tier = row["tier"]
    return views


def cell_view(row: Row, column: Column, setting: Setting) -> CellView:
    """Return one figure of a row in words."""
    cell = row["cells"][column.key]
    text, trim = text_of(cell, column)
    ends = bounds(cell, column)
    source = reference(cell)
    return CellView(
        column=column,
        raw=cell,
        text=text,
        plus_minus=plus_minus(cell, column),
        interval=f", 95 % interval {ends}" if ends else "",
        trim=trim,
        href=_evidence(row, column, setting),
        title=title_of(cell),
        whisker=(
            setting.scale.whisker(cell) if setting.scale and column.key == INTERVAL_COLUMN else None
        ),
        reference=source,
        number=setting.numbers.get(source) if source else None,
        disputed=setting.disputes.get(CellKey(row["key"], column.key))
        if setting.disputes
        else None,
    )


def _evidence(row: Row, column: Column, setting: Setting) -> str:
    """Return the way down from a figure to the page of its cell; rows.js makes the same."""
    # Keys are slugs and a colon: nothing to escape, and a reversed name would cost each cell time.
    path = f"{setting.cells_href}{row['key']}/{column.key}/"
    return f"{path}?{setting.query}" if setting.query else path
