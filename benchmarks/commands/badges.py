"""Award badges to lanes, models and deployments, and withdraw them."""

from datetime import date
from typing import Final, get_args

from arena.eventstore import store
from arena.eventstore.domain import DomainError, Outcome
from arena.tenancy.models import Tenant
from benchmarks import lane_identity
from benchmarks.commands.statements import past_day
from benchmarks.events import (
    BADGE_REASONS,
    BADGES,
    Author,
    Badge,
    BadgeAwarded,
    BadgeKind,
    BadgeReason,
    BadgeWithdrawn,
    badges_stream,
    deployment_stream,
    lane_stream,
    model_stream,
)

KINDS: Final = get_args(BadgeKind)


class UnknownSubject(LookupError):
    """There is no such lane, model or deployment."""


def award_badge(
    *,
    tenant: Tenant,
    kind: BadgeKind,
    subject: str,
    badge: Badge,
    reason: BadgeReason,
    stated_on: date,
    by: Author,
    actor: str,
) -> Outcome:
    """Award a badge; one that is held is not awarded again.

    Raises UnknownSubject; DomainError for a badge or reason that there is not, or a day to come;
    ConcurrencyError.
    """
    _check(tenant, kind, subject, badge, reason)
    version, held = _held(tenant, kind, subject)
    if badge in held:
        return Outcome.PRESENT
    event = BadgeAwarded(
        kind=kind,
        subject=subject,
        badge=badge,
        reason=reason,
        stated_on=past_day(stated_on),
        awarded_by=by,
    )
    _append(tenant, kind, subject, event, version, actor)
    return Outcome.APPENDED


def withdraw_badge(
    *,
    tenant: Tenant,
    kind: BadgeKind,
    subject: str,
    badge: Badge,
    reason: BadgeReason,
    by: Author,
    actor: str,
) -> Outcome:
    """Withdraw a badge; one that is not held stays so. Raises as `award_badge` does."""
    _check(tenant, kind, subject, badge, reason)
    version, held = _held(tenant, kind, subject)
    if badge not in held:
        return Outcome.PRESENT
    event = BadgeWithdrawn(kind=kind, subject=subject, badge=badge, reason=reason, withdrawn_by=by)
    _append(tenant, kind, subject, event, version, actor)
    return Outcome.APPENDED


def _append(
    tenant: Tenant,
    kind: BadgeKind,
    subject: str,
    event: BadgeAwarded | BadgeWithdrawn,
    version: int,
    actor: str,
) -> None:
    store.append(
        tenant=tenant,
        stream=badges_stream(kind, subject),
        events=[event],
        expected_version=version,
        actor=actor,
    )


def _check(tenant: Tenant, kind: str, subject: str, badge: str, reason: str) -> None:
    for what, given, allowed in (
        ("kind", kind, KINDS), ("badge", badge, tuple(BADGES)),
        ("reason", reason, tuple(BADGE_REASONS)),
    ):  # fmt: skip
        if given not in allowed:
            raise DomainError(f"{what}: {given[:40]!r} is none of {', '.join(allowed)}")
    if not _exists(tenant, kind, subject):
        raise UnknownSubject(f"there is no {kind} {subject[:200]!r}")


def _exists(tenant: Tenant, kind: str, subject: str) -> bool:
    if kind == "lane":
        try:
            stream = lane_stream(lane_identity.parse(subject))
        except ValueError:
            return False
        stored = store.read_stream(tenant=tenant, stream=stream)
        return any(item.data.get("lane") == subject for item in stored)
    stream = model_stream(subject) if kind == "model" else deployment_stream(subject)
    return bool(store.read_stream(tenant=tenant, stream=stream))


def _held(tenant: Tenant, kind: BadgeKind, subject: str) -> tuple[int, set[str]]:
    held: set[str] = set()
    stored = store.read_stream(tenant=tenant, stream=badges_stream(kind, subject))
    for event in (item.event for item in stored):
        if isinstance(event, BadgeAwarded):
            held.add(event.badge)
        elif isinstance(event, BadgeWithdrawn):
            held.discard(event.badge)
    return len(stored), held
