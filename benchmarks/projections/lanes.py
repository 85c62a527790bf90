"""Fold lanes with their scores, and badges, into their read tables."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.badge_rows import badge_row, withdrawal
from benchmarks.events import BadgeAwarded, BadgeWithdrawn, LaneRegistered, LaneScored
from benchmarks.lane_identity import parse
from benchmarks.models import BadgeHeld, BenchLane


@projection(name="lanes", events=[LaneRegistered, LaneScored], tables=[BenchLane])
def fold_lanes(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep every lane with its newest score, by the day it was stated, then by the log."""
    for stored in events:
        if isinstance(stored.event, LaneRegistered):
            _register(tenant, stored, stored.event)
        else:
            _score(tenant, stored, fact_of(stored, LaneScored))


@projection(name="badges", events=[BadgeAwarded, BadgeWithdrawn], tables=[BadgeHeld])
def fold_badges(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each badge as last awarded or withdrawn."""
    for stored in events:
        if isinstance(stored.event, BadgeAwarded):
            _award(tenant, stored)
        else:
            _withdraw(tenant, stored, fact_of(stored, BadgeWithdrawn))


def _register(tenant: Tenant, stored: StoredEvent, fact: LaneRegistered) -> None:
    lane = parse(fact.lane)
    BenchLane.objects.update_or_create(
        tenant=tenant,
        lane=fact.lane,
        defaults={
            "title": fact.title,
            "deployment_slug": fact.deployment_slug,
            "registered_position": stored.position,
            "position": stored.position,
            **lane._asdict(),
        },
    )


def _score(tenant: Tenant, stored: StoredEvent, score: LaneScored) -> None:
    row = BenchLane.objects.get(tenant=tenant, lane=score.lane)
    if row.stated_on is not None and row.stated_on > score.stated_on:
        return
    row.kind, row.stated_rank, row.runs = score.kind, score.stated_rank, score.runs
    row.quality, row.quality_unit = score.quality, score.quality_unit
    row.tokens_per_second = score.tokens_per_second
    row.source_name, row.source_url = score.source_name, score.source_url
    row.stated_on, row.position = score.stated_on, stored.position
    row.save()


def _award(tenant: Tenant, stored: StoredEvent) -> None:
    BadgeHeld.objects.bulk_create(
        [badge_row(tenant, stored)],
        update_conflicts=True,
        unique_fields=["tenant", "kind", "subject", "badge"],
        update_fields=["is_held", "reason", "by", "stated_on", "recorded_at", "position"],
    )


def _withdraw(tenant: Tenant, stored: StoredEvent, fact: BadgeWithdrawn) -> None:
    BadgeHeld.objects.filter(
        tenant=tenant, kind=fact.kind, subject=fact.subject, badge=fact.badge
    ).update(**withdrawal(stored))
