"""Open boards, say how they are rated, and say which deployments battle on them."""

import re

from arena.eventstore import store
from arena.eventstore.domain import DomainError, DomainEvent
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.events import DeploymentRegistered, deployment_stream
from voting.events import (
    BoardOpened,
    ContestantEntered,
    ContestantRetired,
    ContestantReweighted,
    RatingPolicySet,
    board_stream,
    contestant_stream,
)

_NEW_STREAM = 0
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_WEIGHT = 100.0


def open_board(
    *,
    tenant: Tenant,
    slug: str,
    name: str,
    question: str,
    licence: str,
    attribution: str,
    actor: str,
) -> None:
    """Open a board; nothing happens when it is open with just these facts.

    Raises DomainError when it is open with others, or when the slug cannot stand in an address.
    """
    if not _SLUG.fullmatch(slug):
        raise DomainError(f"board slug {slug!r}: want lower-case letters, digits and hyphens")
    if not name.strip() or not question.strip():
        raise DomainError(f"board {slug!r}: a name and a question are needed")
    opened = BoardOpened(
        slug=slug, name=name, question=question, licence=licence, attribution=attribution
    )
    stream = store.read_stream(tenant=tenant, stream=board_stream(slug))
    if not stream:
        store.append(
            tenant=tenant,
            stream=board_stream(slug),
            events=[opened],
            expected_version=_NEW_STREAM,
            actor=actor,
        )
    elif fact_of(stream[0], BoardOpened) != opened:
        raise DomainError(f"board {slug!r} is open already with another name, question or licence")


def is_open(*, tenant: Tenant, slug: str) -> bool:
    """Tell from the log itself whether the board is open; read tables may lag behind."""
    return bool(store.read_stream(tenant=tenant, stream=board_stream(slug)))


def set_rating_policy(*, tenant: Tenant, policy: RatingPolicySet, actor: str) -> None:
    """Say how a board is rated from here on; nothing happens when it is rated so already.

    Raises DomainError for an unknown board or a policy that cannot be.
    """
    if policy.reweight_below is not None and policy.reweight_below < 1:
        raise DomainError(f"reweight_below is {policy.reweight_below}, want 1 or more, or none")
    if policy.preliminary_below < 0:
        raise DomainError(f"preliminary_below is {policy.preliminary_below}, want 0 or more")
    history = _board(tenant, policy.board)
    set_before = [stored.event for stored in history if isinstance(stored.event, RatingPolicySet)]
    if not set_before or set_before[-1] != policy:
        _append(tenant, board_stream(policy.board), history, policy, actor)


def enter_contestant(
    *, tenant: Tenant, board: str, deployment_slug: str, actor: str, weight: float = 1.0
) -> None:
    """Let a deployment battle on a board; nothing happens when it does already.

    One that was retired comes back. Raises DomainError for an unknown board or deployment, or a
    weight that cannot be.
    """
    _check_weight(weight)
    _board(tenant, board)
    deployment = store.read_stream(tenant=tenant, stream=deployment_stream(deployment_slug))
    if not deployment:
        raise DomainError(f"no deployment {deployment_slug!r} is registered; register it first")
    stream = contestant_stream(board=board, deployment_slug=deployment_slug)
    history = store.read_stream(tenant=tenant, stream=stream)
    if history and not isinstance(history[-1].event, ContestantRetired):
        return
    entered = ContestantEntered(
        board=board,
        deployment_slug=deployment_slug,
        model_slug=fact_of(deployment[0], DeploymentRegistered).model_slug,
        weight=weight,
    )
    _append(tenant, stream, history, entered, actor)


def reweight_contestant(
    *, tenant: Tenant, board: str, deployment_slug: str, weight: float, reason: str, actor: str
) -> None:
    """Draw a contestant more or less often from here on; raises DomainError unless it is active."""
    _check_weight(weight)
    stream, history = _active(tenant, board, deployment_slug)
    event = ContestantReweighted(
        board=board, deployment_slug=deployment_slug, weight=weight, reason=_reason(reason)
    )
    _append(tenant, stream, history, event, actor)


def retire_contestant(
    *, tenant: Tenant, board: str, deployment_slug: str, reason: str, actor: str
) -> None:
    """Draw a contestant no more, for a public reason; raises DomainError unless it is active."""
    stream, history = _active(tenant, board, deployment_slug)
    event = ContestantRetired(board=board, deployment_slug=deployment_slug, reason=_reason(reason))
    _append(tenant, stream, history, event, actor)


def _board(tenant: Tenant, board: str) -> list[StoredEvent]:
    history = store.read_stream(tenant=tenant, stream=board_stream(board))
    if not history:
        raise DomainError(f"no board {board!r} is open in this arena; open it first")
    return history


def _active(tenant: Tenant, board: str, deployment_slug: str) -> tuple[str, list[StoredEvent]]:
    stream = contestant_stream(board=board, deployment_slug=deployment_slug)
    history = store.read_stream(tenant=tenant, stream=stream)
    if not history or isinstance(history[-1].event, ContestantRetired):
        raise DomainError(f"{deployment_slug!r} does not battle on {board!r}")
    return stream, history


def _check_weight(weight: float) -> None:
    if not 0 < weight <= _MAX_WEIGHT:
        raise DomainError(f"weight is {weight:g}, want more than 0 and at most {_MAX_WEIGHT:g}")


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError("a reason is needed: it is public, and it is why people trust the board")
    return text.strip()


def _append(
    tenant: Tenant, stream: str, history: list[StoredEvent], event: DomainEvent, actor: str
) -> None:
    store.append(
        tenant=tenant, stream=stream, events=[event], expected_version=len(history), actor=actor
    )
