"""Fold boards, and who battles on them, into their read tables."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from voting.events import (
    BoardOpened,
    ContestantEntered,
    ContestantRetired,
    ContestantReweighted,
)
from voting.models import Board, Contestant


@projection(name="boards", events=[BoardOpened], tables=[Board])
def fold_boards(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each board as it was opened."""
    rows = []
    for stored in events:
        fact = fact_of(stored, BoardOpened)
        rows.append(
            Board(
                tenant=tenant,
                slug=fact.slug,
                name=fact.name,
                question=fact.question,
                licence=fact.licence,
                attribution=fact.attribution,
                opened_at=stored.recorded_at,
                position=stored.position,
            )
        )
    Board.objects.bulk_create(rows)


@projection(
    name="contestants",
    events=[ContestantEntered, ContestantReweighted, ContestantRetired],
    tables=[Contestant],
)
def fold_contestants(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each contestant as it stands, and since when."""
    for stored in events:
        match stored.event:
            case ContestantEntered() as entered:
                _enter(tenant, stored, entered)
            case ContestantReweighted() as changed:
                _change(tenant, stored, changed, weight=changed.weight)
            case ContestantRetired() as retired:
                _change(tenant, stored, retired, retired_at=stored.recorded_at)


def _enter(tenant: Tenant, stored: StoredEvent, entered: ContestantEntered) -> None:
    Contestant.objects.update_or_create(
        tenant=tenant,
        board=entered.board,
        deployment_slug=entered.deployment_slug,
        defaults={
            "model_slug": entered.model_slug,
            "weight": entered.weight,
            "entered_at": stored.recorded_at,
            "retired_at": None,
            "reason": "",
            "position": stored.position,
        },
    )


def _change(
    tenant: Tenant,
    stored: StoredEvent,
    event: ContestantReweighted | ContestantRetired,
    **values: object,
) -> None:
    Contestant.objects.filter(
        tenant=tenant, board=event.board, deployment_slug=event.deployment_slug
    ).update(reason=event.reason, position=stored.position, **values)
