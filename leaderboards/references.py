"""Who states the claims on a page, numbered in the order in which the page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from leaderboards.cells import Cell
from leaderboards.columns import Column
from leaderboards.rows import Row

_WEB = ("https://", "http://")


class Reference(NamedTuple):
    """One source of one day; `url` is None where the source has no web address."""

    name: str
    url: str | None
    stated_on: str


def reference(cell: Cell) -> Reference | None:
    """Return who states a cell, None for what was measured here."""
    if cell["kind"] != "claim":
        return None
    return Reference(
        name=cell["source_name"] or "",
        url=web_address(cell["source_url"]),
        stated_on=cell["as_of"] or "",
    )


def numbered(rows: Iterable[Row], columns: Sequence[Column]) -> Mapping[Reference, int]:
    """Return the number of every reference, from 1, row by row and left to right."""
    numbers: dict[Reference, int] = {}
    for row in rows:
        for column in columns:
            found = reference(row["cells"][column.key])
            if found is not None:
                numbers.setdefault(found, len(numbers) + 1)
    return numbers


def web_address(url: str | None) -> str | None:
    """Return the address when a browser may follow it: events hold what their source wrote."""
    return url if url and url.startswith(_WEB) else None
