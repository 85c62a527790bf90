"""Atom feeds of boards and models: what changed, each entry an event or a fit at a position."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe
from typing_extensions import override

import benchmarks.queries
import voting.queries
from arena.api.public_events import PUBLIC
from arena.eventstore.queries import events_after, log_head
from arena.eventstore.reader import StoredEvent
from arena.feed_tellers import TELLERS, Told
from arena.tenancy.middleware import TenantRequest
from arena.tenancy.models import Tenant
from leaderboards import history, queries
from leaderboards.exports.answers import kept
from leaderboards.exports.document import one_line

ENTRIES: Final = 30
LARGE_MOVE_ELO: Final = 10.0
"""A fit is told when a rating moved this far against the fit before, or a model came or went."""
_FITS: Final = 200
_WINDOW: Final = 5_000
_SCANNED_MAX: Final = 100_000
"""Positions that a feed looks back over; older news are in the log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One piece of news; `key` is its place in the arena, which never changes."""

    key: str
    position: int
    at: datetime
    title: str
    text: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What one feed tells, newest first."""

    tenant: Tenant
    title: str
    path: str
    entries: list[Entry]


if TYPE_CHECKING:
    _Feed = Feed[Entry, News]
else:  # Django's class takes its parameters in the stubs only.
    _Feed = Feed


class NewsFeed(_Feed):
    """Writes `News` as Atom; times are those of the log, so one position is one document."""

    feed_type = Atom1Feed

    def __init__(self, news: Callable[[TenantRequest, str], News]) -> None:
        self._news = news

    @override
    def get_object(self, request: Any, *args: Any, **parameters: Any) -> News:
        return self._news(request, parameters["slug"])

    @override
    def title(self, news: News) -> str:
        """Return the name of the feed."""
        return one_line(f"{news.title} · {news.tenant.name}")

    @override
    def link(self, news: News) -> str:
        """Return the page that the news are about."""
        return news.path

    @override
    def items(self, news: News) -> list[Entry]:
        """Return the entries."""
        return news.entries

    @override
    def item_title(self, item: Entry) -> Any:
        return one_line(item.title)

    @override
    def item_description(self, item: Entry) -> str:
        return one_line(item.text)

    @override
    def item_link(self, item: Entry) -> str:
        return item.path

    @override
    def item_guid(self, item: Entry) -> str:
        """Return a tag URI (RFC 4151) of the site's own address, not of the one asked."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{item.key}"

    @override
    def item_updateddate(self, item: Entry) -> datetime:
        """Return when the log took the event."""
        return item.at

    @override
    def item_pubdate(self, item: Entry) -> datetime:
        """Return when the log took the event."""
        return item.at


@require_safe
def board(request: TenantRequest, slug: str) -> HttpResponseBase:
    """Answer what changed on a board; 404 for an unknown one."""
    return _answer(request, NewsFeed(_board_news), slug)


@require_safe
def model(request: TenantRequest, slug: str) -> HttpResponseBase:
    """Answer what changed about a model; 404 for an unknown one."""
    return _answer(request, NewsFeed(_model_news), slug)


def _answer(request: TenantRequest, feed: NewsFeed, slug: str) -> HttpResponseBase:
    page = feed(request, slug=slug)
    return kept(request, page.content, page["Content-Type"])


def _board_news(request: TenantRequest, slug: str) -> News:
    tenant = request.tenant
    try:
        info = voting.queries.board(tenant=tenant, slug=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    opened = info.part.board if info.part else slug
    rows = queries.board_table(tenant=tenant, board=slug).rows
    models = {row["model"]["slug"] for row in rows}

    def is_about(told: Told) -> bool:
        if told.board is not None or told.models & models:
            return told.board in (None, opened)
        # Without its run a model may stand on no board any more: then every board says why.
        return told.is_retraction and not any(
            queries.model_rows(tenant=tenant, model_slug=model) for model in told.models
        )

    entries = [*_fits(tenant, slug, model=None), *_events(tenant, is_about)]
    entries += _first(tenant, info.position, is_about)
    return _news(tenant, info.name, reverse("board", args=[slug]), entries)


def _model_news(request: TenantRequest, slug: str) -> News:
    tenant = request.tenant
    try:
        info = benchmarks.queries.model(tenant=tenant, slug=slug)
    except benchmarks.queries.UnknownModel as error:
        raise Http404(str(error)) from error

    def is_about(told: Told) -> bool:
        return slug in told.models

    entries = [*_events(tenant, is_about), *_first(tenant, info.position, is_about)]
    for rows in queries.model_rows(tenant=tenant, model_slug=slug):
        entries += _fits(tenant, rows.info.slug, model=slug)
    return _news(tenant, info.name, reverse("model", args=[slug]), entries)


def _news(tenant: Tenant, title: str, path: str, entries: list[Entry]) -> News:
    by_key = {entry.key: entry for entry in entries}
    newest = sorted(by_key.values(), key=lambda entry: (-entry.position, entry.key))
    return News(tenant=tenant, title=title, path=path, entries=newest[:ENTRIES])


def _events(tenant: Tenant, is_about: Callable[[Told], bool]) -> list[Entry]:
    found: list[Entry] = []
    high = log_head(tenant=tenant).position
    lowest = max(0, high - _SCANNED_MAX)
    while high > lowest and len(found) < ENTRIES:
        low = max(lowest, high - _WINDOW)
        window = events_after(
            tenant=tenant, position=low, until=high, limit=_WINDOW, types=TELLERS.keys()
        )
        found += _entries(tenant, window[::-1], is_about)
        high = low
    return found


def _first(tenant: Tenant, position: int, is_about: Callable[[Told], bool]) -> Iterator[Entry]:
    """Yield the event that a board or model began with, however long ago that was."""
    found = events_after(
        tenant=tenant, position=position - 1, until=position, limit=1, types=TELLERS.keys()
    )
    return _entries(tenant, found, is_about)


def _entries(
    tenant: Tenant, found: list[StoredEvent], is_about: Callable[[Told], bool]
) -> Iterator[Entry]:
    for stored in found:
        # Only what the public log shows is told.
        public = PUBLIC[type(stored.event)].model_validate(stored.event)
        told = TELLERS[stored.type](tenant, public)
        if told is not None and is_about(told):
            yield Entry(
                key=f"{tenant.slug}/log/{stored.position}",
                position=stored.position,
                at=stored.recorded_at,
                title=told.title,
                text=told.text or told.title,
                path=reverse("event", args=[stored.position]),
            )


def _fits(tenant: Tenant, board: str, *, model: str | None) -> Iterator[Entry]:
    for fit in history.fits(tenant=tenant, board=board, before=None, limit=_FITS):
        moves = [
            move
            for move in fit.moves
            if (model is None or move.model == model)
            and (move.difference is None or abs(move.difference) >= LARGE_MOVE_ELO)
        ]
        if not moves:
            continue
        (at,) = events_after(
            tenant=tenant, position=fit.position - 1, until=fit.position, limit=1, types=None
        )
        yield Entry(
            key=f"{tenant.slug}/boards/{board}/fits/{fit.position}",
            position=fit.position,
            at=at.recorded_at,
            title=f"{board}: {_moved(moves[0])}"
            + (f" and {len(moves) - 1} more" if len(moves) > 1 else ""),
            text=f"{'; '.join(map(_moved, moves))}. Fit of {fit.vote_count} votes at position "
            f"{fit.position} by {fit.formula_version}.",
            path=f"{reverse('board_history', args=[board])}?before={fit.position + 1}",
        )


def _moved(move: history.Move) -> str:
    if move.difference is not None:
        return f"{move.model} {move.difference:+.0f} Elo to {move.after:.0f}"
    return f"{move.model} is {'no longer rated' if move.after is None else 'rated now'}"
