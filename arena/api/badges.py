"""Badges of lanes, models and deployments: read them, award them, withdraw them."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

import benchmarks.commands
import benchmarks.queries
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.run_router import MODERATES
from arena.api.schemas import PRINTED, Answer
from arena.eventstore.domain import Outcome
from benchmarks.events import Badge, BadgeKind, BadgeReason

router = Router(tags=["lanes"])


class BadgeAnswer(Answer):
    """A badge as last awarded or withdrawn."""

    kind: str
    subject: str
    badge: str
    is_held: bool
    reason: str
    by: str = Field(description="The role of who awarded or withdrew it last.")
    stated_on: date = Field(description="The day since which it holds.")
    recorded_at: datetime
    position: int


class BadgePage(Page[BadgeAnswer]):
    """Badges by kind, subject and badge."""


class Held(BaseModel):
    """A badge after a change; `changed` is false where nothing was to do."""

    kind: BadgeKind
    subject: str
    badge: Badge
    is_held: bool
    changed: bool


class Withdrawal(BaseModel):
    """A badge that is to go, and why."""

    model_config = ConfigDict(extra="forbid")

    kind: BadgeKind
    subject: Annotated[str, Field(min_length=1, max_length=300, pattern=PRINTED)] = Field(
        description="The slug, or `variant::bench-version::article` of a lane."
    )
    badge: Badge
    reason: BadgeReason


class Award(Withdrawal):
    """A badge that is to be held from a day on, and why."""

    stated_on: date


@router.get("/badges", response=BadgePage, operation_id="list_badges", summary="List badges")
def list_badges(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> BadgePage | HttpResponse:
    """Every badge ever awarded, withdrawn ones too."""
    found = [
        BadgeAnswer.model_validate(info)
        for info in benchmarks.queries.badges.badges(tenant=request.tenant)
    ]
    items, following = page_of(
        found,
        sort_key=lambda badge: (badge.kind, badge.subject, badge.badge),
        kinds=(str, str, str),
        cursor=cursor,
        limit=limit,
    )
    page = BadgePage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.post(
    "/badges/award",
    auth=ApiKey("moderate"),
    response=Held,
    operation_id="award_badge",
    summary="Award a badge",
    openapi_extra=MODERATES,
)
def award_badge(request: ApiRequest, award: Award) -> Held:
    """Award a badge; once more changes nothing. Needs the scope `moderate`."""
    outcome = benchmarks.commands.award_badge(
        tenant=request.tenant,
        kind=award.kind,
        subject=award.subject,
        badge=award.badge,
        reason=award.reason,
        stated_on=award.stated_on,
        by="key",
        actor=str(key_of(request)),
    )
    return _held(award, outcome, is_held=True)


@router.post(
    "/badges/withdraw",
    auth=ApiKey("moderate"),
    response=Held,
    operation_id="withdraw_badge",
    summary="Withdraw a badge",
    openapi_extra=MODERATES,
)
def withdraw_badge(request: ApiRequest, withdrawal: Withdrawal) -> Held:
    """Withdraw a badge; one that is not held stays so. Needs the scope `moderate`."""
    outcome = benchmarks.commands.withdraw_badge(
        tenant=request.tenant,
        kind=withdrawal.kind,
        subject=withdrawal.subject,
        badge=withdrawal.badge,
        reason=withdrawal.reason,
        by="key",
        actor=str(key_of(request)),
    )
    return _held(withdrawal, outcome, is_held=False)


def _held(sent: Withdrawal, outcome: Outcome, *, is_held: bool) -> Held:
    return Held(
        kind=sent.kind,
        subject=sent.subject,
        badge=sent.badge,
        is_held=is_held,
        changed=outcome is Outcome.APPENDED,
    )
