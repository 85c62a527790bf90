"""The public log as pages: where a figure leads when one asks what it rests on."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

import benchmarks.queries
import voting.queries
from arena.api.public_events import PUBLIC, PUBLIC_TYPES, public_events
from arena.eventstore.queries import digests, events_after, log_head
from arena.eventstore.reader import StoredEvent
from arena.parameters import no_such, one_of, position
from arena.tenancy.middleware import TenantRequest
from arena.tenancy.models import Tenant
from leaderboards.presentation import VOTES

PAGE_SIZE: Final = 50
SCANNED_MAX: Final = 20_000
"""Positions that one page looks at; the page then links to the older ones."""
_WINDOW: Final = 1_000
_POSITION_MAX: Final = 2**63 - 1
VOTE_TYPES: Final = frozenset(event.__name__ for event in voting.queries.VOTE_EVENTS)
_VOTED_FIELDS: Final = ("model_a", "model_b")
_MODEL_FIELDS: Final = (
    "model_a", "model_b", "model_slug", "deployment_slug", "into", "subject",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which events a visitor asked for; an empty field lets everything through."""

    type: str
    board: str
    model: str
    against: str
    """The other model of a vote."""
    deployments: frozenset[str]
    """Slugs of the deployments of `model`."""

    @property
    def types(self) -> Collection[str]:
        """Return the event types to read."""
        if self.type == VOTES:
            return VOTE_TYPES
        return {self.type} if self.type else PUBLIC_TYPES

    @property
    def query(self) -> dict[str, str]:
        """Return the filter as parameters of a link."""
        fields = {
            "type": self.type, "board": self.board, "model": self.model, "against": self.against,
        }  # fmt: skip
        return {name: value for name, value in fields.items() if value}

    def lets_through(self, stored: StoredEvent) -> bool:
        """Return whether the event is about the board and the model asked for."""
        event: Any = stored.event
        if self.board:
            own = event.slug if stored.type == "BoardOpened" else getattr(event, "board", None)
            if self.board != own and self.board not in voting.queries.boards_counting(event):
                return False
        if self.against and not _names(event, {self.against}, _VOTED_FIELDS):
            return False
        if not self.model:
            return True
        if stored.type in ("ModelRegistered", "ModelFactsStated"):
            return bool(event.slug == self.model)
        return _names(event, self.deployments | {self.model}, _MODEL_FIELDS)


@require_safe
def log(request: TenantRequest) -> HttpResponse:
    """Show public events, newest first; `?type=`, `?board=`, `?model=` filter, `?before=` pages.

    `?against=` keeps votes and battles of the model with another one.

    Raises 400 naming what is allowed for a type that is not public, a board or model that there is
    not, and a `before` that is no position.
    """
    tenant = request.tenant
    head = log_head(tenant=tenant).position
    wanted = _filter(request)
    before = min(position(request, "before", least=1, default=head + 1), head + 1)
    events, older = _newest_before(tenant, before, wanted, limit=PAGE_SIZE)
    context = {
        "events": [{"stored": event, "data": _public_data(event)} for event in events],
        "types": [VOTES, *sorted(PUBLIC_TYPES)],
        "filter": wanted,
        "head": head,
        "before": before,
        "is_newest": before == head + 1,
        "newest_query": urlencode(wanted.query),
        "older": older,
        "older_query": urlencode({**wanted.query, "before": older}) if older else "",
        "scanned_from": max(1, older or 1),
    }
    return render(request, "log.html", context)


@require_safe
def event(request: TenantRequest, position: int) -> HttpResponse:
    """Show one public event with its place in the chain; 404 where none stands."""
    if position > _POSITION_MAX:
        raise Http404("No public event stands at this position.")
    tenant = request.tenant
    found = events_after(
        tenant=tenant, position=position - 1, until=position, limit=1, types=PUBLIC_TYPES
    )
    if not found:
        raise Http404(f"No public event stands at position {position}.")
    chain = digests(tenant=tenant, positions=[position - 1, position])
    public = public_events(stored=found, digests=chain)[0]
    everything = Filter(type="", board="", model="", against="", deployments=frozenset())
    previous, _ = _newest_before(tenant, position, everything, limit=1)
    following = events_after(tenant=tenant, position=position, limit=1, types=PUBLIC_TYPES)
    before = chain.get(position - 1)
    context = {
        "event": public,
        "data": _public_data(found[0]),
        "raw": public.model_dump_json(indent=2),
        "previous_hash": before.hash.hex() if before else None,
        "previous": previous[0].position if previous else None,
        "following": following[0].position if following else None,
        "json_url": reverse("api-1:get_event", args=[position]),
    }
    return render(request, "event.html", context)


def _names(event: Any, names: Collection[str], fields: Collection[str]) -> bool:
    return any(getattr(event, field, None) in names for field in fields)


def _filter(request: TenantRequest) -> Filter:
    boards = (info.slug for info in voting.queries.boards(tenant=request.tenant))
    model = _model(request, "model")
    deployments = frozenset(
        deployment.slug
        for deployment in benchmarks.queries.deployments(tenant=request.tenant)
        if model and deployment.model_slug == model
    )
    return Filter(
        type=one_of(request, "type", ["", VOTES, *sorted(PUBLIC_TYPES)], default=""),
        board=one_of(request, "board", ["", *boards], default=""),
        model=model,
        against=_model(request, "against"),
        deployments=deployments,
    )


def _model(request: TenantRequest, name: str) -> str:
    """Return the slug of a model, or one that was decided to mean a model."""
    slug = request.GET.get(name, "")
    known = benchmarks.queries.names.known_slugs(tenant=request.tenant) if slug else []
    if slug and slug not in known:
        raise no_such(name, slug, known)
    return slug


def _newest_before(
    tenant: Tenant, before: int, wanted: Filter, *, limit: int
) -> tuple[list[StoredEvent], int | None]:
    """Return the newest events before a position, and the `before` of the next page or None."""
    found: list[StoredEvent] = []
    high, floor = before - 1, max(0, before - 1 - SCANNED_MAX)
    while high > floor and len(found) <= limit:
        low = max(floor, high - _WINDOW)
        window = events_after(
            tenant=tenant, position=low, until=high, limit=_WINDOW, types=wanted.types
        )
        found += filter(wanted.lets_through, reversed(window))
        high = low
    page = found[:limit]
    if len(found) > limit:
        return page, page[-1].position
    return page, high + 1 if high else None


def _public_data(stored: StoredEvent) -> list[tuple[str, str]]:
    typed = stored.event
    return PUBLIC[type(typed)].model_validate(typed).spelled()
