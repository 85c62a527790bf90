"""Fold boards, and who battles on them, into their read tables."""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from voting.events import (
    BoardOpened,
    ContestantEntered,
    ContestantRetired,
    ContestantReweighted,
    RatingPolicySet,
)
from voting.events.boards import DEFAULT_PRELIMINARY_BELOW, DEFAULT_TIES
from voting.models import Board, Contestant


@projection(name="boards", events=[BoardOpened, RatingPolicySet], tables=[Board])
def fold_boards(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each board as it was opened, and how it is rated."""
    for stored in events:
        match stored.event:
            case BoardOpened() as opened:
                Board.objects.create(
                    tenant=tenant,
                    slug=opened.slug,
                    name=opened.name,
                    question=opened.question,
                    licence=opened.licence,
                    attribution=opened.attribution,
                    ties=DEFAULT_TIES,
                    both_bad=DEFAULT_TIES,
                    reweight_below=None,
                    preliminary_below=DEFAULT_PRELIMINARY_BELOW,
                    policy_position=stored.position,
                    opened_at=stored.recorded_at,
                    position=stored.position,
                )
            case RatingPolicySet() as policy:
                Board.objects.filter(tenant=tenant, slug=policy.board).update(
                    ties=policy.ties,
                    both_bad=policy.both_bad,
                    reweight_below=policy.reweight_below,
                    preliminary_below=policy.preliminary_below,
                    policy_position=stored.position,
                )


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
