"""Read which deployments battle on a board, and how likely each is to be drawn."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from voting import pairing
from voting.events import ContestantEntered
from voting.models import Contestant, PairCount
from voting.pairing import Contender, PairVotes, TooFewContenders


@dataclass(frozen=True, kw_only=True, slots=True)
class ContestantInfo:
    """A deployment on a board; `share` is the probability to be in the next battle, None if not."""

    deployment_slug: str
    model_slug: str
    weight: float
    share: float | None
    entered_at: datetime
    retired_at: datetime | None
    reason: str
    position: int


def contestants(*, tenant: Tenant, board: str) -> list[ContestantInfo]:
    """Return everybody who battles or battled on the board, by deployment."""
    rows = Contestant.objects.filter(tenant=tenant, board=board).order_by("deployment_slug")
    shares = _shares(tenant, board, [row for row in rows if row.retired_at is None])
    return [_info(row, shares.get(row.deployment_slug)) for row in rows]


def retired_contestants(*, tenant: Tenant, board: str, model: str) -> list[ContestantInfo]:
    """Return the deployments of a model that battle on the board no longer, by deployment."""
    rows = Contestant.objects.filter(
        tenant=tenant, board=board, model_slug=model, retired_at__isnull=False
    )
    return [_info(row, None) for row in rows.order_by("deployment_slug")]


def boards_of_deployments(*, tenant: Tenant) -> dict[str, set[str]]:
    """Return on which boards each deployment battles or battled."""
    boards: dict[str, set[str]] = {}
    rows = Contestant.objects.filter(tenant=tenant).values_list("deployment_slug", "board")
    for deployment, board in rows:
        boards.setdefault(deployment, set()).add(board)
    return boards


def contestants_position(*, tenant: Tenant) -> int:
    """Return the position of the newest event about who battles, on whichever board; or 0."""
    newest = Contestant.objects.filter(tenant=tenant).aggregate(position=Max("position"))
    return newest["position"] or 0


def boards_of_deployments_as_of(*, tenant: Tenant, position: int) -> dict[str, set[str]]:
    """Return on which boards each deployment battled up to a position, from the events."""
    boards: dict[str, set[str]] = {}
    for stored in reader.read_of_types(
        tenant_id=tenant.pk, types=[ContestantEntered.__name__], until=position
    ):
        entered = reader.fact_of(stored, ContestantEntered)
        boards.setdefault(entered.deployment_slug, set()).add(entered.board)
    return boards


def active_contenders(*, tenant: Tenant, board: str) -> list[Contender]:
    """Return who can be drawn on the board, by deployment."""
    rows = Contestant.objects.filter(tenant=tenant, board=board, retired_at=None)
    return [_contender(row) for row in rows.order_by("deployment_slug")]


def models_in_battle(*, tenant: Tenant) -> dict[str, int]:
    """Return how many models can be drawn on each board that has any, by the board's slug."""
    rows = Contestant.objects.filter(tenant=tenant, retired_at=None).values("board")
    counted = rows.annotate(models=Count("model_slug", distinct=True)).values_list(
        "board", "models"
    )
    return dict(counted)


def pair_votes(*, tenant: Tenant, board: str, models: set[str]) -> dict[tuple[str, str], PairVotes]:
    """Return the counted votes between these models, by slugs in alphabetical order."""
    result: dict[tuple[str, str], PairVotes] = {}
    rows = PairCount.objects.filter(
        tenant=tenant, board=board, model_a__in=models, model_b__in=models
    )
    for row in rows:
        draws = row.ties + row.both_bad
        is_in_order = row.model_a < row.model_b
        pair = (row.model_a, row.model_b) if is_in_order else (row.model_b, row.model_a)
        wins = row.wins_a if is_in_order else row.wins_b
        before = result.get(pair, PairVotes(0.0, 0))
        result[pair] = PairVotes(
            before.points + wins + draws / 2,
            before.votes + row.wins_a + row.wins_b + draws,
        )
    return result


def _shares(tenant: Tenant, board: str, active: list[Contestant]) -> dict[str, float]:
    contenders = [_contender(row) for row in active]
    models = {contender.model for contender in contenders}
    votes = pair_votes(tenant=tenant, board=board, models=models)
    try:
        return pairing.shares(pairing.probabilities(contenders, votes))
    except TooFewContenders:
        return {}


def _contender(row: Contestant) -> Contender:
    return Contender(deployment=row.deployment_slug, model=row.model_slug, weight=row.weight)


def _info(row: Contestant, share: float | None) -> ContestantInfo:
    return ContestantInfo(
        deployment_slug=row.deployment_slug,
        model_slug=row.model_slug,
        weight=row.weight,
        share=share,
        entered_at=row.entered_at,
        retired_at=row.retired_at,
        reason=row.reason,
        position=row.position,
    )
