"""Read boards and the votes counted on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from arena.tenancy.models import Tenant
from voting.models import Board, PairCount


class UnknownBoard(LookupError):
    """No board of that slug is open in the arena."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardInfo:
    """A board as it was opened; `position` is that of the event."""

    slug: str
    name: str
    question: str
    licence: str
    attribution: str
    opened_at: datetime
    position: int


class PairRow(NamedTuple):
    """Votes between two models, by slug; `model_a` stood on the left."""

    model_a: str
    model_b: str
    wins_a: int
    wins_b: int
    ties: int
    both_bad: int
    last_vote_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PairRows:
    """All pairs of a board, sorted by slugs; a pair may stand in both orders."""

    rows: list[PairRow]
    last_vote_at: datetime | None
    """When the newest vote that counts was cast; None without votes."""

    @property
    def vote_count(self) -> int:
        """Return the number of votes that count."""
        return sum(row.wins_a + row.wins_b + row.ties + row.both_bad for row in self.rows)


def boards(*, tenant: Tenant) -> list[BoardInfo]:
    """Return every board, oldest first."""
    return [_info(row) for row in Board.objects.filter(tenant=tenant).order_by("position")]


def board(*, tenant: Tenant, slug: str) -> BoardInfo:
    """Return one board; raise UnknownBoard."""
    row = Board.objects.filter(tenant=tenant, slug=slug).first()
    if row is None:
        raise UnknownBoard(f"no board has the slug {slug!r}")
    return _info(row)


def pair_counts(*, tenant: Tenant, board: str) -> PairRows:
    """Return the votes of a board counted per pair; no rows for an unknown board."""
    rows = [
        PairRow(*values)
        for values in PairCount.objects.filter(tenant=tenant, board=board)
        .order_by("model_a", "model_b")
        .values_list(*PairRow._fields)
    ]
    newest = max((row.last_vote_at for row in rows), default=None)
    return PairRows(rows=rows, last_vote_at=newest)


def _info(row: Board) -> BoardInfo:
    return BoardInfo(
        slug=row.slug,
        name=row.name,
        question=row.question,
        licence=row.licence,
        attribution=row.attribution,
        opened_at=row.opened_at,
        position=row.position,
    )
