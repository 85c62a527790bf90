"""What is new on a board, about a model or of a machine: public events, large moves of fits."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

import benchmarks.queries
import voting.queries
from arena.api.public_events import PUBLIC
from arena.eventstore.queries import events_after, log_head, recorded_times
from arena.eventstore.reader import StoredEvent
from arena.feed_tellers import TELLERS, Told, known_of
from arena.news_kinds import KIND_OF, KINDS, LARGE_MOVE_ELO, OF_RUNS, RATING_UPDATED
from arena.tenancy.models import Tenant
from leaderboards import history, queries
from leaderboards.exports.document import one_line
from workers.state.runners import RunnerInfo

ENTRIES: Final = 30
"""Of a feed, a message or a mail."""
_FITS: Final = 200
_WINDOW: Final = 5_000
_SCANNED_MAX: Final = 100_000
"""Positions that a feed looks back over; older news are in the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One piece of news; `key` is its place in the arena, which never changes."""

    key: str
    kind: str
    """One of arena.news_kinds.KINDS."""
    position: int
    at: datetime
    title: str
    text: str
    path: str

    @property
    def uri(self) -> str:
        """Return a tag URI (RFC 4151) of the site's own address, not of the one asked."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What is new about one thing, newest first: of a feed ENTRIES at most, or all of a span."""

    tenant: Tenant
    title: str
    path: str
    entries: list[Entry]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Span:
    """Which news are wanted: those of some kinds after one position and up to another."""

    after: int
    until: int
    kinds: frozenset[str]
    most: int | None = None
    """As many are enough; None for all."""

    @property
    def types(self) -> list[str]:
        """Return the types of events to read."""
        return [name for name, kind in KIND_OF.items() if kind in self.kinds]


def board_news(*, tenant: Tenant, board: str) -> News:
    """Return the newest of what is new on a board; raises voting.queries.UnknownBoard."""
    return _of_board(tenant, board, _newest(tenant))


def board_news_since(
    *, tenant: Tenant, board: str, after: int, until: int, kinds: Collection[str]
) -> News:
    """Return all news of these kinds after one position and up to another.

    None is left out for the number of others, save that of fits the newest 200 are looked at.
    Raises voting.queries.UnknownBoard.
    """
    return _of_board(tenant, board, _Span(after=after, until=until, kinds=frozenset(kinds)))


def _of_board(tenant: Tenant, board: str, span: _Span) -> News:
    info = voting.queries.board(tenant=tenant, slug=board)
    opened = info.part.board if info.part else board
    models = queries.listed_models(tenant=tenant, board=board)
    on_any_board = cache(partial(queries.listed_models, tenant=tenant))

    def is_about(told: Told) -> bool:
        if told.board is not None or told.models & models:
            return told.board in (None, opened)
        # Without its run a model may stand on no board any more: then every board says why.
        return told.is_retraction and not told.models & on_any_board()

    entries = [
        *_fits(tenant, board, span, model=None),
        *_events(tenant, span, is_about),
        *_first(tenant, span, info.position, is_about),
    ]
    return _news(tenant, span, info.name, reverse("board", args=[board]), entries)


def model_news(*, tenant: Tenant, model: str) -> News:
    """Return what is new about a model; raises benchmarks.queries.UnknownModel."""
    info = benchmarks.queries.model(tenant=tenant, slug=model)

    def is_about(told: Told) -> bool:
        return model in told.models

    span = _newest(tenant)
    entries = [
        *_events(tenant, span, is_about),
        *_first(tenant, span, info.position, is_about),
    ]
    for rows in queries.model_rows(tenant=tenant, model_slug=model):
        entries += _fits(tenant, rows.info.slug, span, model=model)
    return _news(tenant, span, info.name, reverse("model", args=[model]), entries)


def runner_news(*, tenant: Tenant, runner: RunnerInfo) -> News:
    """Return which runs of a machine were published by name, or taken back."""
    span = replace(_newest(tenant), kinds=OF_RUNS)
    entries = _events(tenant, span, lambda told: told.runner == runner.runner_id)
    path = reverse("runner", args=[runner.runner_id])
    return _news(tenant, span, runner.name, path, entries)


def moved(move: history.Move) -> str:
    """Return a move in words, such as `model-one +12 Elo to 1043`."""
    if move.difference is not None:
        return f"{move.model} {move.difference:+.0f} Elo to {move.after:.0f}"
    return f"{move.model} is {'no longer rated' if move.after is None else 'rated now'}"


def _newest(tenant: Tenant) -> _Span:
    """Return what a feed shows: the newest of all kinds."""
    head = log_head(tenant=tenant).position
    return _Span(after=0, until=head, kinds=frozenset(KINDS), most=ENTRIES)


def _news(tenant: Tenant, span: _Span, title: str, path: str, entries: list[Entry]) -> News:
    by_key = {entry.key: entry for entry in entries}
    newest = sorted(by_key.values(), key=lambda entry: (-entry.position, entry.key))
    return News(tenant=tenant, title=title, path=path, entries=newest[: span.most])


def _events(tenant: Tenant, span: _Span, is_about: Callable[[Told], bool]) -> list[Entry]:
    found: list[Entry] = []
    high, lowest = span.until, span.after
    if span.most is not None:
        lowest = max(lowest, high - _SCANNED_MAX)
    while span.types and high > lowest and (span.most is None or len(found) < span.most):
        low = max(lowest, high - _WINDOW)
        window = events_after(
            tenant=tenant, position=low, until=high, limit=_WINDOW, types=span.types
        )
        entries = _entries(tenant, window[::-1], is_about)
        found += islice(entries, None if span.most is None else span.most - len(found))
        high = low
    return found


def _first(
    tenant: Tenant, span: _Span, position: int, is_about: Callable[[Told], bool]
) -> Iterator[Entry]:
    """Yield the event that a board or model began with, however long ago that was."""
    if not span.after < position <= span.until:
        return iter(())
    found = events_after(
        tenant=tenant, position=position - 1, until=position, limit=1, types=span.types
    )
    return _entries(tenant, found, is_about)


def _entries(
    tenant: Tenant, found: list[StoredEvent], is_about: Callable[[Told], bool]
) -> Iterator[Entry]:
    known = known_of(tenant, found)
    for stored in found:
        # Only what the public log shows is told.
        public = PUBLIC[type(stored.event)].model_validate(stored.event)
        told = TELLERS[stored.type](known, public)
        if told is not None and is_about(told):
            yield Entry(
                key=f"{tenant.slug}/log/{stored.position}",
                kind=KIND_OF[stored.type],
                position=stored.position,
                at=stored.recorded_at,
                title=one_line(told.title),
                text=one_line(told.text or told.title),
                path=reverse("event", args=[stored.position]),
            )


def _fits(tenant: Tenant, board: str, span: _Span, *, model: str | None) -> Iterator[Entry]:
    if RATING_UPDATED not in span.kinds:
        return
    moved_by = {}
    for fit in history.fits(
        tenant=tenant, board=board, before=span.until + 1, limit=_FITS, after=span.after
    ):
        moves = [
            move
            for move in fit.moves
            if (model is None or move.model == model)
            and (move.difference is None or abs(move.difference) >= LARGE_MOVE_ELO)
        ]
        if moves:
            moved_by[fit.position] = fit, moves
    times = recorded_times(tenant=tenant, positions=moved_by)
    for fit, moves in moved_by.values():
        yield Entry(
            key=f"{tenant.slug}/boards/{board}/fits/{fit.position}",
            kind=RATING_UPDATED,
            position=fit.position,
            at=times[fit.position],
            title=f"{board}: {moved(moves[0])}"
            + (f" and {len(moves) - 1} more" if len(moves) > 1 else ""),
            text=f"{'; '.join(map(moved, moves))}. Why: {', '.join(fit.reasons)}. Fit of "
            f"{fit.vote_count} votes at position {fit.position} by {fit.formula_version}.",
            path=f"{reverse('board_history', args=[board])}?before={fit.position + 1}",
        )
