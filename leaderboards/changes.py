"""What differs between two boards of one name: rows, tiers, ratings, other cells. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from leaderboards.cells import Cell
from leaderboards.column import Column
from leaderboards.presentation import Setting, cell_view
from leaderboards.queries import BoardTable
from leaderboards.rows import ModelName, Row

Kind = Literal["entered", "left", "changed"]
RATING: Final = "rating"
VOTES: Final = "votes"


@dataclass(frozen=True, kw_only=True, slots=True)
class CellChange:
    """A figure that reads differently; a text is the reason where there is no figure."""

    column: str
    title: str
    unit: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RowChange:
    """A row that came, went or reads differently. Elo points and votes are None where unrated."""

    key: str
    kind: Kind
    model: ModelName
    deployment: str | None
    tier_before: int | None
    tier_after: int | None
    rating_before: float | None
    rating_after: float | None
    votes: int
    """Counted votes that came between, less those that went."""
    cells: tuple[CellChange, ...]
    """Other cells than the rating and the votes."""

    @property
    def difference(self) -> float | None:
        """Return by how many Elo points it moved."""
        if self.rating_before is None or self.rating_after is None:
            return None
        return self.rating_after - self.rating_before

    @property
    def has_tier_change(self) -> bool:
        """Return whether the row moved from one tier to another."""
        return self.kind == "changed" and self.tier_before != self.tier_after


def differences(before: BoardTable, after: BoardTable) -> list[RowChange]:
    """Return the rows that differ: who came and went first, then by how far they moved."""
    old = {row["key"]: row for row in before.rows}
    new = {row["key"]: row for row in after.rows}
    keys = [*new, *(key for key in old if key not in new)]
    found = (_row(old.get(key), new.get(key), after.columns) for key in keys)
    return sorted((change for change in found if change), key=_rank)


def _rank(change: RowChange) -> tuple[int, float]:
    if change.kind != "changed":
        return (0, 0.0)
    return (1, -abs(change.difference or 0.0))


def _row(before: Row | None, after: Row | None, columns: Sequence[Column]) -> RowChange | None:
    row = after or before
    assert row is not None  # noqa: S101  a key is one of theirs
    cells = tuple(_cells(before, after, columns)) if before and after else ()
    change = RowChange(
        key=row["key"],
        kind="entered" if before is None else "left" if after is None else "changed",
        model=row["model"],
        deployment=row["deployment"],
        tier_before=before["tier"] if before else None,
        tier_after=after["tier"] if after else None,
        rating_before=_measured(before, RATING),
        rating_after=_measured(after, RATING),
        votes=round((_measured(after, VOTES) or 0) - (_measured(before, VOTES) or 0)),
        cells=cells,
    )
    moved = change.rating_before != change.rating_after or change.votes
    is_same = change.kind == "changed" and not (cells or change.has_tier_change or moved)
    return None if is_same else change


def _cells(before: Row, after: Row, columns: Sequence[Column]) -> Iterator[CellChange]:
    scopes = [_scope(row["cells"][RATING].get("build")) for row in (before, after)]
    if scopes[0] != scopes[1]:
        yield CellChange(
            column=RATING, title="Elo rates", unit="", before=scopes[0], after=scopes[1]
        )
    for column in columns:
        if column.key in (RATING, VOTES) or column.key not in before["cells"]:
            continue
        old, new = _said(before, column), _said(after, column)
        if old != new:
            yield CellChange(
                column=column.key,
                title=column.title,
                unit=after["cells"][column.key]["unit"],
                before=old,
                after=new,
            )


def _scope(build: str | None) -> str:
    return "the model" if build is None else f"its {build} build alone"


def _said(row: Row, column: Column) -> str:
    """Return the figure as a board words it, or a dash with the reason."""
    view = cell_view(row, column, _ALONE)
    if not view.text:
        return f"– {view.raw['missing']}"
    claim = f", claim of {view.raw['source_name']}" if view.raw["kind"] == "claim" else ""
    return " ".join(filter(None, (view.text, view.suffix))) + claim


def _measured(row: Row | None, column: str) -> float | None:
    cell: Cell | None = row["cells"][column] if row else None
    if cell is None or cell["kind"] == "claim" or cell["value"] is None:
        return None
    return float(cell["value"])


_ALONE: Final = Setting(board="-")
