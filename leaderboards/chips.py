"""What narrows or shapes a view, each as a chip that one click takes away, and what it hides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from leaderboards.columns import Column
from leaderboards.cost import parameters as cost_parameters
from leaderboards.facets import filtering
from leaderboards.facets.facet import Bound
from leaderboards.facets.place import Known
from leaderboards.facets.registry import AGE
from leaderboards.freshness import DAYS
from leaderboards.ordering import MODEL, searched
from leaderboards.rows import Row
from leaderboards.shown_board import ShownBoard
from leaderboards.view import View

_SOVEREIGN = "sovereign"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """One choice in words; `href` is the same view without it."""

    text: str
    href: str
    does: str
    """What the click does, for those who cannot see the cross."""
    hides: str = ""
    is_default: bool = False
    """Whether it holds on the board as it opens."""
    is_fixed: bool = False
    """Whether it always holds: then `href` leads to its explanation."""


def chips(shown: ShownBoard) -> list[Chip]:
    """Return the filters of a view, then what else was chosen, then the defaults that hold."""
    view = shown.view
    found = of_filters(shown, own="")
    return [*found, *_of_order(view, shown.all_columns), *_chosen(view), *_defaults(view)]


def of_filters(shown: ShownBoard, *, own: str) -> list[Chip]:
    """Return the chips of what hides rows and figures of the whole board.

    `own` are the parameters of the page besides the view's.
    """
    rows = _of_rows(shown.view, shown.stored_rows, shown.known(), own)
    return [*rows, *_of_runs(shown, own)]


def _of_runs(shown: ShownBoard, own: str) -> Iterator[Chip]:
    """Which runs have figures here: those that are young and trusted enough."""
    view = shown.view
    if view.leaves_old_out:
        yield Chip(
            text=f"runs of the last {DAYS} days",
            href=_link(own, view.with_facets(view.facets.lifting(AGE))),
            does="show figures of older runs, too",
            hides=f"hides figures of {_rows(shown.old.rows)}" if shown.old.rows else "",
            is_default=True,
        )
    elif AGE in view.facets.lifted:
        yield Chip(
            text="runs of any age",
            href=_link(own, view.with_facets(view.facets.without(AGE))),
            does=f"leave out figures of runs older than {DAYS} days",
        )
    if not view.facets.of("trust"):
        yield Chip(
            text="runs of trust T1 or more",
            href=f"{reverse('method')}#speed",
            does="only runs that a registered runner has signed have figures: how they are made",
            is_default=True,
            is_fixed=True,
        )


def _link(own: str, view: View) -> str:
    """Return the query string of another view on a page with parameters of its own."""
    return "?" + "&".join(filter(None, (own, view.canonical)))


def _of_rows(view: View, rows: Sequence[Row], known: Known, own: str) -> Iterator[Chip]:
    if view.query:
        yield Chip(
            text=f"holds “{view.query}”",
            href=_link(own, replace(view, query="")),
            does="clear the search",
            hides=_hides(len(rows) - len(searched(rows, view.query)), 0),
        )
    for hidden in filtering.hidden(rows, view.facets, known):
        facet = hidden.facet
        if isinstance(facet, Bound):
            bound = f"{dict(view.facets.bounds)[facet.key]:,.10g}"
            text = f"{facet.title} {facet.keeps} {bound} {facet.unit}"
        else:
            values = ", ".join(map(facet.label, view.facets.of(facet.key)))
            text = f"{facet.title}: {values}"
        yield Chip(
            text=text,
            href=_link(own, view.with_facets(view.facets.without(facet.key))),
            does=f"clear {facet.title}",
            hides=_hides(hidden.rows, hidden.not_stated),
        )


def _hides(count: int, not_stated: int) -> str:
    why = f", {not_stated} of them not stated" if not_stated else ""
    return f"hides {_rows(count)}{why}"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _of_order(view: View, columns: Sequence[Column]) -> Iterator[Chip]:
    if not view.is_default_sort:
        key = view.sort.removeprefix("-")
        titles = {column.key: column.title for column in columns} | {MODEL: "Model"}
        way = "highest first" if view.sort.startswith("-") else "lowest first"
        yield Chip(
            text=f"by {titles[key]}, {'A to Z' if view.sort == MODEL else way}",
            href=view.sorted_by("-rating").address,
            does="sort by rating",
        )


def _chosen(view: View) -> Iterator[Chip]:
    if not view.costs.is_default:
        yield Chip(
            text=f"costs: {view.costs.words}",
            href=replace(view, costs=cost_parameters.defaults()).address,
            does="clear the parameters of costs",
        )
    if not view.is_default_columns:
        yield Chip(
            text=f"{len(view.columns)} column{'' if len(view.columns) == 1 else 's'} chosen",
            href=view.with_default_columns().address,
            does="show the columns that a board opens with",
        )
    if not view.has_tiers:
        yield Chip(
            text="tiers off", href=replace(view, has_tiers=True).address, does="draw the tiers"
        )
    if view.is_compact:
        yield Chip(
            text="compact", href=replace(view, is_compact=False).address, does="space the rows out"
        )
    if not view.is_default_profile:
        yield Chip(
            text=f"sovereignty for {view.profile.name}",
            href=view.with_default_profile().address,
            does="clear the profile",
        )


def _defaults(view: View) -> Iterator[Chip]:
    if view.has_tiers and view.is_default_sort:
        yield Chip(
            text="tiers on",
            href=replace(view, has_tiers=False).address,
            does="leave the rules between tiers out",
            is_default=True,
        )
    if view.is_default_profile and _SOVEREIGN in view.columns and len(view.columns) > 1:
        yield Chip(
            text=f"sovereignty for {view.profile.name}",
            href=view.without_column(_SOVEREIGN).address,
            does="leave the column out",
            is_default=True,
        )
    if not view.facets.of("section"):
        yield Chip(
            text="claims shown, never ranked",
            href=view.without_claims().address,
            does="leave the claims out",
            is_default=True,
        )
