"""What a voter learns once a battle is closed: who answered, on what, how fast, for how much."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils import timezone

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ExternalValueInfo, PowerInfo, PriceInfo
from benchmarks.sovereignty import Assessment, default_profile
from voting.events import OpenedAssignment, Side, VoteCast
from voting.personal import MIN_OTHERS, Agreement
from voting.queries import AssignmentInfo
from voting.state import Battle

Names = OpenedAssignment | VoteCast | AssignmentInfo
_NANOS_PER_USD: Final = 1e9
_MILLIJOULES_PER_WH: Final = 3.6e6
_MS_PER_S: Final = 1_000
_SIGNIFICANT: Final = 3
_MOST_DIGITS: Final = 9
_SOVEREIGN: Final = "sovereign"
_NO_FIGURES: Final = "no complete answer"
_NOT_STATED: Final = "not stated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One line below an answer: a number with its unit, a text, or neither with the reason.

    `dimension` is the one whose colour and shape it has, empty for none.
    """

    title: str
    value: float | None = None
    digits: int = 0
    unit: str = ""
    text: str = ""
    note: str = ""
    missing: str = ""
    dimension: str = ""
    shape: str = ""


_SPEED: Final = Fact(title="Speed", dimension="speed", shape="▲")
_FIRST_TOKEN: Final = Fact(title="First token", dimension="speed", shape="▲")
_COST: Final = Fact(title="Cost", dimension="cost", shape="■")
_ENERGY: Final = Fact(title="Energy", dimension="cost", shape="■")
_LEVEL: Final = Fact(title="Sovereignty", dimension="sovereign", shape="◆")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answerer:
    """Who wrote one side's answers; `facts` are about the last of them."""

    side: Side
    model_slug: str
    model_name: str
    position: int
    """Of the event that registered the deployment."""
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reveal:
    """Both answerers; in a direct chat there is one."""

    sides: tuple[Answerer, ...]
    agreement: Agreement | None
    """With the vote; None without one that counts."""
    min_others: int = MIN_OTHERS


def reveal(*, tenant: Tenant, battle: Battle, names: Names) -> Reveal:
    """Return what to show below the answers of a battle.

    `names` has model_a, model_b, deployment_a and deployment_b: the closing event, or where
    nothing was hidden the assignment.
    """
    sides: tuple[Side, ...] = ("a",) if names.model_b is None else ("a", "b")
    return Reveal(
        sides=tuple(
            _answerer(
                tenant,
                battle,
                side,
                model_slug=getattr(names, f"model_{side}"),
                deployment_slug=getattr(names, f"deployment_{side}"),
            )
            for side in sides
        ),
        agreement=_agreement(tenant, battle),
    )


def _agreement(tenant: Tenant, battle: Battle) -> Agreement | None:
    vote = battle.vote
    if vote is None or battle.mode != "battle":
        return None
    return voting.queries.pair_agreement(
        tenant=tenant,
        voter=vote.voter,
        board=vote.board,
        model_a=vote.model_a,
        model_b=vote.model_b,
        winner=vote.winner,
    )


def _answerer(
    tenant: Tenant, battle: Battle, side: Side, *, model_slug: str, deployment_slug: str
) -> Answerer:
    model = benchmarks.queries.model(tenant=tenant, slug=model_slug)
    deployment = benchmarks.queries.deployment(tenant=tenant, slug=deployment_slug)
    claims = benchmarks.queries.external_values(tenant=tenant)
    claim = next(
        (
            value
            for value in claims
            if value.deployment_slug == deployment_slug and value.metric == _SOVEREIGN
        ),
        None,
    )
    found = benchmarks.queries.sovereignty.assessment(
        tenant=tenant,
        deployment=deployment_slug,
        profile=default_profile(),
        on=timezone.now().date(),
    )
    facts = [*_machine(deployment), *_figures(tenant, battle, side, deployment_slug)]
    return Answerer(
        side=side,
        model_slug=model_slug,
        model_name=model.name,
        position=deployment.position,
        facts=(*facts, _assessed(found) if found else _sovereignty(claim)),
    )


def _machine(deployment: DeploymentInfo) -> Iterator[Fact]:
    nodes = deployment.node_count
    machine = deployment.hardware or ""
    if machine and nodes:
        machine += f" × {nodes}"
    for title, text in (
        ("Quantization", deployment.quantization),
        ("Engine", deployment.engine),
        ("Machine", machine),
        ("Operator", deployment.operator),
    ):
        yield Fact(title=title, text=text or "", missing="" if text else _NOT_STATED)


def _figures(tenant: Tenant, battle: Battle, side: Side, deployment_slug: str) -> Iterator[Fact]:
    answered_at = battle.answered_at
    if not battle.answers or answered_at is None:
        for fact in (_SPEED, _FIRST_TOKEN, _COST, _ENERGY):
            yield replace(fact, missing=_NO_FIGURES)
        return
    values = {
        name: getattr(battle.answers[-1], f"{name}_{side}")
        for name in (
            "prompt_tokens",
            "output_tokens",
            "time_to_first_token_ms",
            "generation_ms",
            "cost_usd_nanos",
            "energy_millijoules",
        )
    }
    prices = benchmarks.queries.prices(tenant=tenant, on=answered_at.date())
    power = benchmarks.queries.power(tenant=tenant)
    yield speed(values["output_tokens"], values["generation_ms"])
    yield replace(_FIRST_TOKEN, value=values["time_to_first_token_ms"], unit="ms")
    yield _cost(values, prices.get(deployment_slug))
    yield _energy(values["energy_millijoules"], power.get(deployment_slug))


def speed(output_tokens: int | None, generation_ms: int) -> Fact:
    """Return tokens after the first by the time from the first token to the last."""
    if output_tokens is None:
        return replace(_SPEED, missing="the provider counted no tokens")
    if output_tokens < 2 or generation_ms <= 0:
        return replace(_SPEED, missing="too short to measure", note=_tokens(output_tokens))
    return replace(
        _SPEED,
        value=(output_tokens - 1) * _MS_PER_S / generation_ms,
        digits=1,
        unit="tok/s",
        note=_tokens(output_tokens),
    )


def _cost(values: dict[str, int | None], price: PriceInfo | None) -> Fact:
    nanos = values["cost_usd_nanos"]
    if nanos is None:
        has_tokens = values["prompt_tokens"] is not None and values["output_tokens"] is not None
        reason = "no price is stated" if has_tokens else "the provider counted no tokens"
        return replace(_COST, missing=reason)
    usd = nanos / _NANOS_PER_USD
    note = f"price of {price.effective_on}, {price.source_name}" if price else ""
    return replace(_COST, value=usd, digits=digits_of(usd), unit="US$", note=note)


def _energy(millijoules: int | None, power: PowerInfo | None) -> Fact:
    if millijoules is None:
        return replace(_ENERGY, missing="no power is declared")
    watt_hours = millijoules / _MILLIJOULES_PER_WH
    note = ""
    if power is not None:
        scope = "at the wall" if power.scope == "wall" else "of its GPUs"
        note = (
            f"{power.watts} W {scope}, declared by {power.source_name} on {power.stated_on}; "
            "at most, as the machine may have answered others too"
        )
    return replace(_ENERGY, value=watt_hours, digits=digits_of(watt_hours), unit="Wh", note=note)


def _assessed(found: Assessment) -> Fact:
    """Return the level that reviewed facts give, with the score behind it."""
    return replace(
        _LEVEL,
        text=found.level,
        note=f"{found.low:.0f} to {found.high:.0f} of 100 for the profile {found.profile.name}, "
        f"{found.coverage_percent:.0f} % of the weight known on {found.on}",
    )


def _sovereignty(claim: ExternalValueInfo | None) -> Fact:
    if claim is None or claim.value is None:
        return replace(_LEVEL, missing="not assessed")
    stated = "stated to be sovereign" if claim.value else "stated not to be sovereign"
    return replace(
        _LEVEL, text=stated, note=f"claim of {claim.source_name}, {claim.stated_on}; not assessed"
    )


def digits_of(value: float) -> int:
    """Return how many decimals show three significant digits of a small value."""
    if value <= 0:
        return 0
    return min(_MOST_DIGITS, max(0, _SIGNIFICANT - 1 - math.floor(math.log10(value))))


def _tokens(count: int) -> str:
    return f"{count} token" if count == 1 else f"{count} tokens"
