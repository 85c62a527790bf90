"""Rows of a board narrowed down by facets, and what each facet hides."""

from collections.abc import Sequence
from dataclasses import dataclass

from leaderboards.facets.facet import NOT_STATED, Bound, Choice, Facet
from leaderboards.facets.place import Known, Place
from leaderboards.facets.registry import BY_KEY, FACETS
from leaderboards.facets.selection import Selection
from leaderboards.rows import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Hidden:
    """How many rows one chosen facet does not let through, others aside."""

    facet: Facet
    rows: int
    not_stated: int
    """Those of them of which nobody has stated what the facet asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One value that can be chosen: `rows` have it and pass all other facets."""

    value: str
    label: str
    rows: int
    is_chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A facet as a form offers it: a choice with its options, or a bound with its text."""

    facet: Facet
    options: tuple[Option, ...]
    bound: str
    is_active: bool


def filtered(rows: Sequence[Row], selection: Selection, known: Known) -> list[Row]:
    """Return the rows that every chosen facet lets through, in their order."""
    return [row for row in rows if not _failing(known.place(row), selection)]


def hidden(rows: Sequence[Row], selection: Selection, known: Known) -> list[Hidden]:
    """Return what each chosen facet hides of the rows; one row may be hidden by several."""
    places = [known.place(row) for row in rows] if selection.keys else []
    result = []
    for key in selection.keys:
        facet = BY_KEY[key]
        failing = [place for place in places if key in _failing(place, selection)]
        result.append(
            Hidden(
                facet=facet,
                rows=len(failing),
                not_stated=sum(not _is_stated(facet, place) for place in failing),
            )
        )
    return result


def offers(rows: Sequence[Row], selection: Selection, known: Known) -> list[Offer]:
    """Return every facet with the number of rows of each value; what occurs nowhere is left out."""
    places = [known.place(row) for row in rows]
    failing = [_failing(place, selection) for place in places]
    result = []
    for facet in FACETS:
        if isinstance(facet, Bound):
            bound = dict(selection.pairs).get(facet.key, "")
            result.append(Offer(facet=facet, options=(), bound=bound, is_active=bool(bound)))
            continue
        passing = [place for place, keys in zip(places, failing, strict=True)
                   if keys <= {facet.key}]  # fmt: skip
        options = _options(facet, places, passing, selection)
        if options:
            is_active = bool(selection.of(facet.key))
            result.append(Offer(facet=facet, options=options, bound="", is_active=is_active))
    return result


def _options(
    facet: Choice, places: Sequence[Place], passing: Sequence[Place], selection: Selection
) -> tuple[Option, ...]:
    """Return nothing where no row has a stated value, since there is nothing to choose then."""
    chosen = selection.of(facet.key)
    counts = dict.fromkeys((value for place in places for value in facet.values(place)), 0)
    for place in passing:
        for value in facet.values(place):
            counts[value] += 1
    if counts.keys() <= {NOT_STATED} and not chosen:
        return ()
    order = list(facet.labels)
    for value in chosen:
        counts.setdefault(value, 0)
    return tuple(
        Option(
            value=value,
            label=facet.label(value),
            rows=counts[value],
            is_chosen=value in chosen,
        )
        for value in sorted(
            counts,
            key=lambda value: (
                value == NOT_STATED,
                order.index(value) if value in order else 0,
                value.casefold(),
            ),
        )
    )


def _failing(place: Place, selection: Selection) -> set[str]:
    """Return the chosen facets that do not let a row through."""
    result = set()
    for key, chosen in selection.choices:
        facet = BY_KEY[key]
        if isinstance(facet, Choice) and not set(facet.values(place)) & set(chosen):
            result.add(key)
    for key, bound in selection.bounds:
        facet = BY_KEY[key]
        if isinstance(facet, Bound) and not facet.holds(place, bound):
            result.add(key)
    return result


def _is_stated(facet: Facet, place: Place) -> bool:
    if isinstance(facet, Bound):
        return facet.of(place) is not None
    return facet.values(place) != (NOT_STATED,)
