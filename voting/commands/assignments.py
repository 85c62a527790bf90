"""Who answers a battle: drawn or chosen, secret until the event that closes it opens it."""

import secrets
from collections.abc import Collection
from typing import Final, TypedDict
from uuid import UUID

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from voting import pairing, queries
from voting.commitments import new_salt
from voting.events import Mode
from voting.models import Assignment
from voting.pairing import Contender
from voting.queries import AssignmentInfo
from voting.state import Battle

_RANDOMNESS: Final = secrets.SystemRandom()
_CHOSEN: Final[dict[Mode, int]] = {"side_by_side": 2, "direct": 1}


class Opened(TypedDict):
    """The fields by which a closing event says who answered."""

    board: str
    mode: Mode
    model_a: str
    model_b: str | None
    deployment_a: str
    deployment_b: str | None
    pair_probability_ppb: int | None
    assignment_salt: str


def assign(
    *,
    tenant: Tenant,
    battle_id: UUID,
    board: str,
    mode: Mode,
    deployments: Collection[str],
    can_see_images: Collection[str] | None,
) -> Assignment:
    """Return who shall answer, not stored yet.

    `can_see_images` are the deployments that take an image, None when the prompt holds none.
    Raises UnknownBoard, DomainError where too few can answer or those chosen cannot.
    """
    queries.board(tenant=tenant, slug=board)
    contenders = {
        contender.deployment: contender
        for contender in queries.active_contenders(tenant=tenant, board=board)
        if can_see_images is None or contender.deployment in can_see_images
    }
    probability_ppb: int | None = None
    if mode == "battle":
        drawn = _draw(tenant, board, list(contenders.values()))
        chosen, probability_ppb = [drawn.left, drawn.right], drawn.probability_ppb
    else:
        chosen = [contenders[slug] for slug in deployments if slug in contenders]
        if len(chosen) != _CHOSEN[mode] or len(set(deployments)) != _CHOSEN[mode]:
            raise DomainError(
                f"Choose {_CHOSEN[mode]} of the deployments that battle on {board!r}: "
                f"{', '.join(sorted(contenders)) or 'there are none that can answer this'}"
            )
    first, second = chosen[0], chosen[1] if len(chosen) == 2 else None
    return Assignment(
        tenant=tenant,
        battle_id=battle_id,
        model_a=first.model,
        model_b=second.model if second else None,
        deployment_a=first.deployment,
        deployment_b=second.deployment if second else None,
        pair_probability_ppb=probability_ppb,
        salt=new_salt(),
    )


def opened(battle: Battle, assignment: AssignmentInfo) -> Opened:
    """Return what a closing event says of who answered."""
    return {
        "board": battle.started.board,
        "mode": battle.mode,
        "model_a": assignment.model_a,
        "model_b": assignment.model_b,
        "deployment_a": assignment.deployment_a,
        "deployment_b": assignment.deployment_b,
        "pair_probability_ppb": assignment.pair_probability_ppb,
        "assignment_salt": assignment.salt,
    }


def _draw(tenant: Tenant, board: str, contenders: list[Contender]) -> pairing.Drawn:
    models = {contender.model for contender in contenders}
    votes = queries.pair_votes(tenant=tenant, board=board, models=models)
    try:
        return pairing.draw(contenders, votes, randomness=_RANDOMNESS)
    except pairing.TooFewContenders:
        raise DomainError(
            f"Fewer than two models on {board!r} can answer this. An administrator enters models "
            "into a board on the page Endpoints."
        ) from None
