"""Boards with contestants, and battles on them."""

from uuid import UUID, uuid4

from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, register_model
from tests.voting.fake_provider import FakeProvider
from voting.commands import (
    Answer,
    Prompt,
    Terms,
    enter_contestant,
    open_board,
    record_answers,
    start_battle,
)
from voting.events import Mode
from workers.commands import allow_target, register_endpoint

VOTER = "0123456789abcdef0123456789abcdef"
STRANGER = "fedcba9876543210fedcba9876543210"


def terms(*, speed_hidden: bool = True) -> Terms:
    """What a voter agrees to."""
    return Terms(
        consent_version="2026-11-21", publish_prompt=True, speed_hidden=speed_hidden, source="web"
    )


def contest(
    tenant: Tenant, *names: str, board: str = "text", provider: FakeProvider | None = None
) -> list[str]:
    """Open a board on which one deployment of each model battles, and return the deployments.

    With a provider each is an endpoint of it, which knows the model by the same name.
    """
    open_board(
        tenant=tenant, slug=board, name=board, question="Which answer is better?",
        licence="CC-BY-4.0", attribution="", actor="test",
    )  # fmt: skip
    deployments = []
    for name in names:
        model = register_model(tenant=tenant, name=f"Quoxalin {name}", actor="test")
        deployment = register_deployment(tenant=tenant, model_slug=model, actor="test")
        enter_contestant(tenant=tenant, board=board, deployment_slug=deployment, actor="test")
        deployments.append(deployment)
        if provider is not None:
            connect(tenant, deployment, provider, upstream_model=name)
    catch_up(tenant)
    return deployments


def connect(
    tenant: Tenant, deployment: str, provider: FakeProvider, *, upstream_model: str
) -> None:
    """Make the deployment an endpoint of the provider, which the operator allows."""
    allow_target(tenant=tenant, target="127.0.0.1", port=provider.port, by="operator")
    register_endpoint(
        tenant=tenant, deployment_slug=deployment, base_url=provider.base_url,
        upstream_model=upstream_model, max_concurrent=100, actor="test",
    )  # fmt: skip


def catch_up(tenant: Tenant) -> None:
    """Bring the tables up to date that battles are drawn from and listed in."""
    for name in projections():
        advance(tenant=tenant, name=name)


def begin(
    tenant: Tenant,
    *,
    mode: Mode = "battle",
    deployments: tuple[str, ...] = (),
    prompt: str = "Why is the sky blue?",
    voter: str = VOTER,
    speed_hidden: bool = True,
    board: str = "text",
) -> UUID:
    """Start a battle that nobody answers yet, and return its id."""
    battle_id = uuid4()
    start_battle(
        tenant=tenant, battle_id=battle_id, board=board, mode=mode, voter=voter,
        prompt=Prompt(text=prompt), terms=terms(speed_hidden=speed_hidden), actor="test",
        deployments=deployments,
    )  # fmt: skip
    return battle_id


def answer(text: str = "Because of the air.") -> Answer:
    """An answer as a provider could have given it."""
    return Answer(
        text=text, prompt_tokens=7, output_tokens=5, time_to_first_token_ms=120,
        generation_ms=480, finish_reason="stop",
    )  # fmt: skip


def answered(tenant: Tenant, *, turn: int = 1, battle_id: UUID | None = None) -> UUID:
    """Have a turn answered, of a new battle unless one is given, and return the battle's id."""
    battle_id = battle_id or begin(tenant)
    record_answers(
        tenant=tenant, battle_id=battle_id, turn=turn, a=answer("Left."), b=answer("Right."),
        actor="test",
    )  # fmt: skip
    return battle_id
