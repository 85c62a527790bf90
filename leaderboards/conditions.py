"""Under which conditions figures of one column were made, and which of them compare."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from leaderboards.cells import Cell, has_result

NOT_STATED: Final = "not stated"


def reference(cells: Iterable[Cell]) -> Mapping[str, str] | None:
    """Return the conditions that a column compares under; None where no cell states any.

    Those that most cells with a result share; of several as common, those of the newest figure.
    Claims decide only where nothing was measured here. A cell without conditions has no vote.
    """
    found = [cell for cell in cells if "conditions" in cell and has_result(cell)]
    dates: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for cell in [cell for cell in found if cell["kind"] == "measured"] or found:
        dates[tuple(cell["conditions"].items())].append(cell["as_of"] or "")
    # The conditions last, so that even figures of one moment have one answer.
    most = max(dates, key=lambda key: (len(dates[key]), max(dates[key]), key), default=None)
    return None if most is None else dict(most)


def contrast(own: Mapping[str, str], other: Mapping[str, str], *, name: str = "column") -> str:
    """Return in words how conditions differ from others, called `name`; empty where they do not.

    {"prefix caching": "on"} from {"prefix caching": "off"} is "prefix caching on; column: off".
    """
    names = [key for key in {**own, **other} if own.get(key) != other.get(key)]
    if not names:
        return ""
    ours = ", ".join(f"{key} {own.get(key, NOT_STATED)}" for key in names)
    return f"{ours}; {name}: {', '.join(other.get(key, NOT_STATED) for key in names)}"


def marked(rows: Sequence[dict[str, Cell]], keys: Collection[str]) -> list[dict[str, Cell]]:
    """Return the cells of all rows with a mark on each that its column cannot compare.

    The columns `keys` compare under the conditions of all the rows (`reference`). A mark is
    `not_comparable` with the difference in words; cells without conditions get none.
    """
    marks: dict[int, dict[str, Cell]] = defaultdict(dict)
    for key in keys:
        usual = reference(row[key] for row in rows)
        if usual is None:
            continue
        for number, row in enumerate(rows):
            cell = row[key]
            own = cell.get("conditions", usual)
            if own != usual and has_result(cell):
                marks[number][key] = {**cell, "not_comparable": contrast(own, usual)}
    return [{**row, **marks[number]} if number in marks else row for number, row in enumerate(rows)]


def unmarked(cell: Cell) -> Cell:
    """Return the cell without its mark, for a view in which other figures decide."""
    found = cell.copy()
    found.pop("not_comparable", None)
    return found
