"""The public part of the event log, and its head."""

from typing import Annotated

from django.http import Http404, HttpResponse
from ninja import Path, Query, Router

from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import BIGINT_MAX, LIMIT_DEFAULT, Cursor, Limit, Page, decode, encode
from arena.api.problems import FieldError, ProblemError
from arena.api.public_events import PUBLIC_TYPES, PublicEvent, PublicType, public_events
from arena.api.schemas import LogHead
from arena.eventstore import queries
from arena.tenancy.models import Tenant

router = Router(tags=["log"])


class EventPage(Page[PublicEvent]):
    """Events in the order of the log."""


@router.get("/events", response=EventPage, operation_id="list_events", summary="List events")
def list_events(
    request: ApiRequest,
    response: HttpResponse,
    after: Annotated[
        int | None, Query(ge=0, le=BIGINT_MAX, description="Only events after this position.")
    ] = None,
    type: Annotated[PublicType | None, Query(description="Only events of this type.")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> EventPage | HttpResponse:
    """Public events, oldest first. Positions of events that are not public are left out."""
    tenant = request.tenant
    start = _start(after, cursor)
    types = {type} if type else PUBLIC_TYPES
    stored = queries.events_after(tenant=tenant, position=start, limit=limit + 1, types=types)
    page, has_more = stored[:limit], len(stored) > limit
    version = (has_more, *(event.position for event in page))
    if fresh := not_modified(request, response, version=version):
        return fresh
    digests = queries.digests(tenant=tenant, positions=[event.position for event in page])
    return EventPage(
        items=public_events(stored=page, digests=digests),
        next=encode((page[-1].position,)) if has_more else None,
        has_more=has_more,
    )


@router.get(
    "/events/{position}", response=PublicEvent, operation_id="get_event", summary="Read an event"
)
def get_event(
    request: ApiRequest,
    response: HttpResponse,
    position: Annotated[
        int, Path(ge=1, le=BIGINT_MAX, description="Position in the log.", example=1)
    ],
) -> PublicEvent | HttpResponse:
    """One public event. It never changes."""
    event = _public_event(request.tenant, position)
    fresh = not_modified(request, response, version=(event.hash,), changed_at=event.recorded_at)
    return fresh or event


@router.get(
    "/log/head", response=LogHead, operation_id="get_log_head", summary="Read the log's head"
)
def get_log_head(request: ApiRequest, response: HttpResponse) -> LogHead | HttpResponse:
    """Newest position and its chain hash: note them to prove later that nothing was rewritten."""
    head = queries.log_head(tenant=request.tenant)
    return not_modified(request, response, version=(head,)) or LogHead.model_validate(head)


def _start(after: int | None, cursor: str | None) -> int:
    """Return the position to read after; raise ProblemError when it is said in both ways."""
    if cursor is None:
        return after or 0
    if after is not None:
        detail = "after: Give `after` or `cursor`, not both."
        raise ProblemError(
            "invalid-parameter", detail, errors=[FieldError(detail=detail, parameter="after")]
        )
    (position,) = decode(cursor, kinds=(int,))
    return int(position)


def _public_event(tenant: Tenant, position: int) -> PublicEvent:
    stored = queries.events_after(tenant=tenant, position=position - 1, limit=1, types=PUBLIC_TYPES)
    if not stored or stored[0].position != position:
        raise Http404(f"no public event stands at position {position}")
    digests = queries.digests(tenant=tenant, positions=[position])
    return public_events(stored=stored, digests=digests)[0]
