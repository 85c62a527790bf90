"""What one digest says: who moved and why since a position, other news, the top of the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from django.urls import reverse

import leaderboards.queries
from arena.news import ENTRIES, Entry, board_news_since, moved
from arena.news_kinds import KINDS, RATING_UPDATED
from arena.notices.links import absolute
from arena.tenancy.models import Tenant
from leaderboards.causes import Cause, Causes, TooFarApart, causes
from leaderboards.history import Move, moves_between
from leaderboards.rebuild import recorded_at
from leaderboards.rows import Row
from voting.queries import BoardInfo

_SMALLEST_MOVE_ELO: Final = 1.0
"""Less than that is the noise of one more vote, and no reason to write."""
_MOVERS: Final = 10
_TOP: Final = 10
_OTHER: Final = frozenset(KINDS) - {RATING_UPDATED}
"""Kinds of news that say more than the moves do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mover:
    """A model whose rating moved, in words, with what happened to it meanwhile."""

    words: str
    causes: tuple[Cause, ...]
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Another piece of news, or a row of the board."""

    words: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """Models that the votes cannot tell apart, the best tier first."""

    number: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """One digest, the same for everybody who was told up to the same position."""

    tenant: Tenant
    info: BoardInfo
    since: datetime | None
    position: int
    vote_count: int
    movers: tuple[Mover, ...]
    more_movers: int
    rules: tuple[Cause, ...]
    news: tuple[Line, ...]
    more_news: int
    top: tuple[Tier, ...]
    board_url: str
    changes_url: str

    @property
    def has_news(self) -> bool:
        """Return whether anything happened that is worth a mail."""
        return bool(self.movers or self.news)


def issue(*, tenant: Tenant, board: str, after: int) -> Issue:
    """Return the digest of a board after a position; raises voting.queries.UnknownBoard."""
    table = leaderboards.queries.board_table(tenant=tenant, board=board)
    until = table.position
    moves = [
        move
        for move in moves_between(tenant=tenant, board=board, after=after, until=until)
        if move.difference is None or abs(move.difference) >= _SMALLEST_MOVE_ELO
    ]
    why = _causes(tenant, board, after, until)
    news = board_news_since(tenant=tenant, board=board, after=after, until=until, kinds=_OTHER)
    changes = reverse("board_changes", args=[board])
    return Issue(
        tenant=tenant,
        info=table.info,
        since=recorded_at(tenant, after),
        position=until,
        vote_count=table.vote_count,
        movers=tuple(_mover(tenant, move, why) for move in moves[:_MOVERS]),
        more_movers=max(0, len(moves) - _MOVERS),
        rules=why.of_board,
        news=tuple(_line(tenant, entry) for entry in news.entries[:ENTRIES]),
        more_news=max(0, len(news.entries) - ENTRIES),
        top=_tiers(tenant, table.rows),
        board_url=absolute(tenant, reverse("board", args=[board])),
        changes_url=absolute(tenant, f"{changes}?from={after}&to={until}"),
    )


def _causes(tenant: Tenant, board: str, after: int, until: int) -> Causes:
    try:
        return causes(tenant=tenant, board=board, after=after, until=until)
    except TooFarApart:
        # So much happened that counting it is a task of its own; the mail tells who moved.
        return Causes(of_model={}, of_deployment={}, of_board=())


def _mover(tenant: Tenant, move: Move, why: Causes) -> Mover:
    return Mover(
        words=moved(move),
        causes=why.of_model.get(move.model, ()),
        url=absolute(tenant, reverse("model", args=[move.model])),
    )


def _line(tenant: Tenant, entry: Entry) -> Line:
    return Line(words=entry.title, url=absolute(tenant, entry.path))


def _tiers(tenant: Tenant, rows: Sequence[Row]) -> tuple[Tier, ...]:
    """Return the first models by tier, each once: its deployments share its rating."""
    rated = {row["model"]["slug"]: row for row in reversed(rows) if row["tier"] is not None}
    best = sorted(rated.values(), key=lambda row: row["order"])[:_TOP]
    return tuple(
        Tier(number=number or 0, lines=tuple(_place(tenant, row) for row in same))
        for number, same in groupby(best, key=lambda row: row["tier"])
    )


def _place(tenant: Tenant, row: Row) -> Line:
    cell = row["cells"]["rating"]
    interval = f"{cell['lower']:.0f} to {cell['upper']:.0f}"
    return Line(
        words=f"{row['model']['name']}: {cell['value']:.0f} Elo, 95 % interval {interval}",
        url=absolute(tenant, reverse("model", args=[row["model"]["slug"]])),
    )
