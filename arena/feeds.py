"""Atom feeds of boards, models and machines: what changed, each entry an event or a fit."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpResponseBase
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe
from typing_extensions import override

import benchmarks.queries
import voting.queries
from arena.news import Entry, News, board_news, model_news, runner_news
from arena.tenancy.middleware import TenantRequest
from leaderboards.exports.answers import kept
from leaderboards.exports.document import one_line
from workers.views.runners import public_runner

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
        return item.title

    @override
    def item_description(self, item: Entry) -> str:
        return item.text

    @override
    def item_link(self, item: Entry) -> str:
        return item.path

    @override
    def item_guid(self, item: Entry) -> str:
        """Return the entry's id, which stays."""
        return item.uri

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


@require_safe
def runner(request: TenantRequest, runner_id: UUID) -> HttpResponseBase:
    """Answer which runs of a machine were published by name; 404 for one that is not public."""
    return _answer(request, NewsFeed(_runner_news), str(runner_id))


def _answer(request: TenantRequest, feed: NewsFeed, slug: str) -> HttpResponseBase:
    page = feed(request, slug=slug)
    return kept(request, page.content, page["Content-Type"])


def _board_news(request: TenantRequest, slug: str) -> News:
    try:
        return board_news(tenant=request.tenant, board=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error


def _model_news(request: TenantRequest, slug: str) -> News:
    try:
        return model_news(tenant=request.tenant, model=slug)
    except benchmarks.queries.UnknownModel as error:
        raise Http404(str(error)) from error


def _runner_news(request: TenantRequest, slug: str) -> News:
    return runner_news(
        tenant=request.tenant, runner=public_runner(tenant=request.tenant, runner_id=UUID(slug))
    )
