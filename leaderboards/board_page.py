"""The controls of a board's page: headers, columns, facets, chips, links to other views."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from django.urls import get_script_prefix, reverse

from leaderboards import ordering, presentation
from leaderboards.chips import chips
from leaderboards.columns import Column
from leaderboards.facets.filtering import Offer, offers
from leaderboards.formulas import formulas
from leaderboards.freshness import DAYS, first_day
from leaderboards.ordering import MODEL, searched
from leaderboards.page_cache import PageCache, Sized
from leaderboards.permalinks import short_code
from leaderboards.presentation import INTERVAL_COLUMN
from leaderboards.presets import presets
from leaderboards.shown_board import ShownBoard
from leaderboards.sources import today
from leaderboards.view import View

_DIMENSIONS: Final[Mapping[str | None, str]] = {
    "elo": "Preference",
    "quality": "Quality",
    "speed": "Speed",
    "cost": "Cost",
    "sovereign": "Sovereignty",
    None: "Votes",
}

_OFFERS_BYTES: Final = 20_000
_offers: Final[PageCache[list[Offer]]] = PageCache(most_bytes=4_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnGroup:
    """The columns of one dimension, each with whether it is shown."""

    title: str
    shape: str
    columns: tuple[tuple[Column, bool], ...]


def choices(shown: ShownBoard, *, tenant_id: int) -> dict[str, Any]:
    """Return what the sheets of a page offer: filters with their counts, and columns."""
    return {
        "view": shown.view,
        "offers": _offered(shown, tenant_id),
        "column_groups": column_groups(shown.all_columns, shown.view),
    }


def controls(shown: ShownBoard) -> dict[str, Any]:
    """Return what the template of the page shows around the table."""
    view = shown.view
    return {
        "headers": [header(column, view) for column in shown.table.columns],
        "model_header": sort_link(MODEL, view, first=MODEL),
        "sort_choices": ordering.choices(shown.all_columns),
        "chips": chips(shown),
        "parameters": view.parameters,
        "presets": presets().presets,
        "follows": follows(shown),
        "first_day": first_day(today()) if view.leaves_old_out else "",
        "old_days": DAYS,
        "compare_path": f"{get_script_prefix()}comparison/",
    }


def _offered(shown: ShownBoard, tenant_id: int) -> list[Offer]:
    """Return the facets with their counts, which every order and every page of a view share."""
    view, table = shown.view, shown.table
    key = (tenant_id, table.info.slug, view.query, view.facets, view.profile_slug)
    return _offers.get(
        key,
        (table.version, today()),
        lambda: Sized(
            offers(searched(shown.stored_rows, view.query), view.facets, shown.known()),
            _OFFERS_BYTES,
        ),
    )


def footer(shown: ShownBoard) -> dict[str, Any]:
    """Return what the foot of a board's pages says: versions, and the view pinned to its position.

    The short form stands for the table; other pages of the board name it as where they came from.
    """
    slug = shown.table.info.slug
    pinned = replace(shown.view, as_of=shown.pinned_moment)
    code = short_code(slug, pinned.canonical)
    return {
        "formulas": formulas(shown.table.columns),
        "pinned": f"{reverse('board', args=[slug])}{pinned.parameters}",
        "short": reverse("permalink", args=[code]) if code else "",
    }


def of_moment(shown: ShownBoard, own: str = "") -> dict[str, Any]:
    """Return what a page says of a board of the past; `own` as in `ShownBoard.at`."""
    return {
        "moment": shown.moment,
        "now_query": shown.at("", own),
        "pinned_query": shown.at(shown.pinned_moment, own),
        "pinned_moment": shown.pinned_moment,
    }


def follows(shown: ShownBoard) -> bool:
    """Return whether a live patch can be written into the page as it is.

    Patches hold stored rows of the whole board: where a page shows some of them, or others than
    are stored, it says how many updates there are and loads itself again when asked.
    """
    view = shown.view
    is_whole = not (view.facets or view.query or view.as_of)
    is_sort_shown = view.is_default_sort or view.sort.removeprefix("-") in (MODEL, *view.columns)
    return is_whole and view.costs.is_default and view.is_default_profile and is_sort_shown


def column_groups(columns: Sequence[Column], view: View) -> list[ColumnGroup]:
    """Return the columns by dimension, in the order in which dimensions first occur."""
    order = list(dict.fromkeys(column.dimension for column in columns))
    ordered = sorted(columns, key=lambda column: order.index(column.dimension))
    return [
        ColumnGroup(
            title=_DIMENSIONS[dimension],
            shape=presentation.SHAPES[dimension],
            columns=tuple((column, column.key in view.columns) for column in group),
        )
        for dimension, group in groupby(ordered, key=lambda column: column.dimension)
    ]


def header(column: Column, view: View) -> dict[str, object]:
    """Return the head of a column; its link sorts, the better end first, then the other way."""
    first = column.key if column.better == "lower" else f"-{column.key}"
    return {
        "column": column,
        "shape": presentation.SHAPES[column.dimension],
        "unit": presentation.unit_text(column),
        "has_axis": column.key == INTERVAL_COLUMN,
        **sort_link(column.key, view, first=first),
    }


def sort_link(key: str, view: View, *, first: str) -> dict[str, object]:
    """Return the query string a header links to and its aria-sort, None when not sorted by it."""
    is_sorted = view.sort.removeprefix("-") == key
    other = key if first.startswith("-") else f"-{key}"
    target = other if view.sort == first else first
    direction = "descending" if view.sort.startswith("-") else "ascending"
    return {
        "href": view.sorted_by(target).address,
        "aria_sort": direction if is_sorted else None,
    }
