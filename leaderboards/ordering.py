"""The order of a board's rows, and which of them a search keeps."""

from collections.abc import Sequence
from typing import Final

from arena.parameters import BadChoice
from leaderboards.cells import has_result, sort_amount
from leaderboards.columns import Column
from leaderboards.rows import Row

MODEL: Final = "model"
DEFAULT_SORT: Final = "-rating"


def checked(sort: str, columns: Sequence[Column]) -> str:
    """Return a sort that there is; raise BadRequest naming the columns there are."""
    known = [MODEL, *(column.key for column in columns)]
    if sort.removeprefix("-") not in known:
        raise BadChoice(
            "sort",
            f"sort={sort[:80]}: no such column. Columns: {', '.join(known)}; "
            "put - first for highest.",
        )
    return sort


def searched(rows: Sequence[Row], query: str) -> list[Row]:
    """Return the rows whose model or deployment holds the query, whatever the case."""
    needle = query.casefold()
    return [row for row in rows if needle in searchable_text(row)]


def searchable_text(row: Row) -> str:
    """Return what a search looks through."""
    words = (row["model"]["name"], row["model"]["slug"], row["deployment"] or "")
    return " ".join(words).casefold()


def sorted_rows(rows: Sequence[Row], *, sort: str) -> list[Row]:
    """Return rows by a column key, `-` before it for highest first.

    Figures that do not compare with their column come after those that do, in the same order
    among themselves, and missing values last.
    """
    if sort == DEFAULT_SORT:
        return list(rows)
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if key == MODEL:
        return sorted(rows, key=_name, reverse=descending)
    present = [row for row in rows if has_result(row["cells"][key])]
    absent = [row for row in rows if not has_result(row["cells"][key])]
    present.sort(key=lambda row: sort_amount(row["cells"][key]), reverse=descending)
    # Sorting is stable: within each half the order of the amounts stays.
    present.sort(key=lambda row: "not_comparable" in row["cells"][key])
    return present + absent


def choices(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Return what a reader can sort by, with its words, the better end first."""
    found = [
        (column.key, f"{column.title}, lowest first")
        if column.better == "lower"
        else (f"-{column.key}", f"{column.title}, highest first")
        for column in columns
    ]
    return [*found, (MODEL, "Model, A to Z")]


def _name(row: Row) -> str:
    return row["model"]["name"].casefold()
