"""What leaves the site of a machine: a feed and a badge of the runs that are published by name."""

import uuid
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from benchmarks import commands
from benchmarks.commands import Signer
from benchmarks.events import Attribution
from benchmarks.queries.runs import payload
from tests.benchmarks import runs
from tests.leaderboards import scenes
from tests.workers import fleet

pytestmark = pytest.mark.django_db(transaction=True)
ATOM = "{http://www.w3.org/2005/Atom}"
Advance = Callable[[Tenant], None]


def published(tenant: Tenant, runner_id: uuid.UUID, attribution: Attribution) -> uuid.UUID:
    """Measure a run on the machine, show it to everybody, and return its id."""
    wanted, key = runs.manifest("one"), signing.new_private_key()
    signer = Signer(runner_id=runner_id, public_key=signing.public_key(key), origin="owner")
    claimed = runs.claim(tenant, runs.ask(tenant, manifest=wanted), runner_id)
    points = runs.measure(tenant, claimed, runner_id, wanted, tokens_per_second=50)
    report = runs.report_of(claimed, runner_id, wanted, points)
    commands.complete_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=runner_id, fence=claimed.fence,
        envelope=runs.signed(report, key), signer=signer, actor=runs.ACTOR,
    )  # fmt: skip
    shown = payload(tenant=tenant, run_id=claimed.run_id, attribution=attribution)
    commands.publish_run(
        tenant=tenant, run_id=claimed.run_id, attribution=attribution, licence="CC-BY-4.0",
        payload_sha256=shown.sha256, actor=runs.ACTOR, registers=True,
    )  # fmt: skip
    return claimed.run_id


def entries(client: Client, runner_id: uuid.UUID) -> list[str]:
    """Return what the feed of a machine says, the newest first."""
    response = client.get(f"/runners/{runner_id}/feed.atom")
    root = ElementTree.fromstring(response.content)  # noqa: S314
    assert root.findtext(f"{ATOM}title") == "spark · Public arena"
    return [entry.findtext(f"{ATOM}summary", "") for entry in root.iter(f"{ATOM}entry")]


def badge(client: Client, runner_id: uuid.UUID) -> str:
    """Return what the badge of a machine says."""
    response = client.get(f"/runners/{runner_id}/badge.svg")
    assert response["Content-Type"] == "image/svg+xml"
    return "".join(ElementTree.fromstring(response.content).itertext())  # noqa: S314


def test_a_machine_tells_the_runs_that_name_it_and_no_others(
    client: Client, tenant: Tenant, advance_all: Advance
) -> None:
    scenes.open_text_board(tenant)
    mine = fleet.runner(tenant, approved=True).runner_id
    other = fleet.runner(tenant, approved=True).runner_id
    named = published(tenant, mine, "named")
    hidden = published(tenant, mine, "anonymous")
    published(tenant, other, "named")
    advance_all(tenant)
    assert entries(client, mine) == [f"Run {named}, licence CC-BY-4.0."]
    assert "1 published run" in badge(client, mine)
    assert f"/runners/{mine}/feed.atom" in client.get(f"/runners/{mine}/").content.decode()

    for run_id in (named, hidden):
        commands.retract_run(tenant=tenant, run_id=run_id, reason="wrong clock", actor=runs.ACTOR)
    advance_all(tenant)
    assert entries(client, mine)[0] == f"Run {named}: wrong clock"
    assert not [text for text in entries(client, mine) if str(hidden) in text]
    assert "0 published runs" in badge(client, mine)


def test_a_machine_that_is_not_public_has_neither(client: Client, tenant: Tenant) -> None:
    waiting = fleet.runner(tenant).runner_id
    for runner_id in (waiting, uuid.uuid4()):
        for file in ("feed.atom", "badge.svg"):
            assert client.get(f"/runners/{runner_id}/{file}").status_code == 404
