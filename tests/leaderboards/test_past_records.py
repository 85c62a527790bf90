"""Costs, facts and seed claims of the past are those a live reader saw, by position and by date."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from threading import BoundedSemaphore
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.eventstore.locks import LockTaken
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.commands import Statement
from benchmarks.events import SeedClaimStated
from leaderboards import past
from tests import battles
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
_MOMENT = re.compile(r"[?&]as_of=[\w-]+")
VIEWS = (
    "/api/v1/boards/text/rows?limit=200",
    "/boards/text.json?profile=us-organisation&mix=agent&currency=EUR&rate=0.9&tariff=0.2",
    "/boards/text.csv?sort=task_cost",
)


@pytest.fixture(autouse=True)
def _as_often_as_wanted(settings: Settings) -> None:
    settings.ARENA_RATE_ANONYMOUS = 1_000_000


def seen(client: Client, query: str = "", *, views: Sequence[str] = VIEWS) -> list[str]:
    """Return what a reader gets in each format, without the address, which names the moment."""
    bodies = []
    for view in views:
        answer = client.get(f"{view}{query}")
        assert answer.status_code == 200, answer.content
        bodies.append(_MOMENT.sub("", answer.content.decode()))
    return bodies


def price(tenant: Tenant, place: str, usd: int, day: date) -> None:
    commands.price_deployment(
        tenant=tenant, deployment_slug=place, input_usd_micros_per_million_tokens=usd * 500_000,
        output_usd_micros_per_million_tokens=usd * 1_000_000, source_name="A list",
        effective_on=day, actor="test",
    )  # fmt: skip


def accept(tenant: Tenant, place: str, value: str, *, expires_on: date | None = None) -> None:
    fact_id = commands.submit_fact(
        tenant=tenant, deployment_slug=place, actor="one",
        statement=Statement(
            criterion="A2", value=value, evidence="E1", source_url="https://example.org/",
            stated_on=date(2026, 11, 1), expires_on=expires_on, interest="none",
        ),
    )  # fmt: skip
    commands.review_fact(
        tenant=tenant, deployment_slug=place, fact_id=fact_id, verdict="accepted",
        reason="looked at", actor="two",
    )  # fmt: skip


def seed(place: str, speed: float) -> SeedClaimStated:
    return SeedClaimStated(
        seed="text", section=f"at {speed}", deployment_slug=place,
        metric="decode_tokens_per_second", value=speed, unit="tok/s", source_name="A text",
        stated_on=date(2026, 11, 1),
    )  # fmt: skip


def test_records_come_back_in_every_format(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    slugs = scenes.league(tenant, size=2, votes_per_pair=6)
    own = scenes.deployment(tenant, slugs[0])
    bought = commands.register_deployment(
        tenant=tenant, model_slug=slugs[1], operator="A cloud", actor="test"
    )
    runs: list[UUID] = []
    today = timezone.now().date()
    steps: list[Callable[[], object]] = [
        lambda: price(tenant, bought, 4, today - timedelta(days=2)),
        lambda: price(tenant, bought, 3, today),
        lambda: price(tenant, bought, 9, today - timedelta(days=1)),
        lambda: commands.state_seed_claims(tenant=tenant, claims=[seed(own, 31.5)], actor="test"),
        lambda: commands.declare_power(
            tenant=tenant, deployment_slug=own, watts=120, scope="wall", source_name="A meter",
            stated_on=today, actor="test",
        ),
        lambda: commands.price_hardware(
            tenant=tenant, deployment_slug=own, usd_micros=4_000_000_000, months=36,
            source_name="A shop", stated_on=today, actor="test",
        ),
        lambda: runs.append(published(tenant, tokens_per_second=50)),
        lambda: runs.append(published(tenant, tokens_per_second=60)),
        lambda: accept(tenant, own, "none"),
        lambda: accept(tenant, own, "configured"),
        lambda: commands.invalidate_run(
            tenant=tenant, run_id=runs[0], reason="a wrong clock", actor="test"
        ),
        lambda: commands.retract_run(
            tenant=tenant, run_id=runs[1], reason="a wrong clock", actor="test"
        ),
    ]  # fmt: skip
    kept: dict[int, list[str]] = {}
    for step in steps:
        step()
        advance_all(tenant)
        kept[log_head(tenant=tenant).position] = seen(client, views=VIEWS[:2])
    for position, bodies in kept.items():
        assert seen(client, f"&as_of={position}", views=VIEWS[:2]) == bodies, position
    assert len({str(bodies) for bodies in kept.values()}) > len(steps) - 2


def test_a_day_decides_which_prices_hold_and_which_facts_have_expired(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant)
    place = scenes.deployment(tenant, slugs[0])
    bought = commands.register_deployment(
        tenant=tenant, model_slug=slugs[1], operator="A cloud", actor="test"
    )
    now = timezone.now()
    price(tenant, bought, 4, now.date())
    price(tenant, bought, 2, now.date() + timedelta(days=2))
    accept(tenant, place, "configured", expires_on=now.date() + timedelta(days=1))
    advance_all(tenant)
    first = seen(client)
    head = log_head(tenant=tenant).position
    later = now + timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: later)
    advance_all(tenant)
    second = seen(client)
    assert all(one != other for one, other in zip(first, second, strict=True))
    for moment, bodies in (
        (str(head), first),
        (now.date().isoformat(), first),
        (later.date().isoformat(), second),
    ):
        assert seen(client, f"&as_of={moment}") == bodies, moment
    tomorrow = (later + timedelta(days=1)).date().isoformat()
    refused = client.get(f"/boards/text/?as_of={tomorrow}")
    assert refused.status_code == 400
    assert later.date().isoformat() in refused.content.decode()


def test_the_past_is_computed_once_by_one_at_a_time_and_not_too_far(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    head = log_head(tenant=tenant).position

    def taken(*_: object, **__: object) -> None:
        raise LockTaken("leaderboards.past")

    kept = client.get(f"/boards/text/?as_of={head}")
    # Whoever finds others waiting is not kept waiting with a connection in hand.
    monkeypatch.setattr(past, "_places", BoundedSemaphore(1))
    with past._places:
        assert client.get(f"/boards/text/?as_of={head - 1}").status_code == 503
    monkeypatch.setattr(past, "waiting_lock", taken)
    assert client.get(f"/boards/text/?as_of={head}").status_code == kept.status_code == 200
    for path in (
        f"/boards/text/?as_of={head - 1}",
        f"/api/v1/boards/text/rows?as_of={head - 1}",
        # Both boards are at hand; what came between them is counted.
        f"/boards/text/changes/?from={head}",
        f"/api/v1/boards/text/changes?from={head}",
    ):
        busy = client.get(path)
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, str(past.WAIT_S))
    monkeypatch.setattr(past, "EVENTS_MAX", head - 1)
    for path in (f"/boards/text/?as_of={head}", f"/api/v1/boards/text/rows?as_of={head}"):
        far = client.get(path)
        assert far.status_code == 400
        assert f"up to {head - 1} are" in far.content.decode()


def test_a_past_with_too_many_votes_of_battles_is_refused(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    battles.contest(tenant, ["Alpha", "Beta"])
    advance_all(tenant)
    ends = []
    for _ in range(2):
        battles.voted(tenant)
        ends.append(log_head(tenant=tenant).position)
    advance_all(tenant)
    monkeypatch.setattr(past, "BATTLE_VOTES_MAX", 1)
    for path in ("/boards/text/", "/api/v1/boards/text/rows"):
        assert client.get(f"{path}?as_of={ends[0]}").status_code == 200
        far = client.get(f"{path}?as_of={ends[1]}")
        assert far.status_code == 400
        assert "up to 1 votes of battles are counted" in far.content.decode()
