"""What leaves the site of a machine: a feed and a badge of the runs that are published by name."""

import uuid
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks import commands
from tests.benchmarks.runs import ACTOR
from tests.leaderboards import scenes
from tests.leaderboards.profile_runs import published
from tests.workers import fleet

pytestmark = pytest.mark.django_db(transaction=True)
ATOM = "{http://www.w3.org/2005/Atom}"
Advance = Callable[[Tenant], None]


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
    named = published(tenant, "quick-v1", runner_id=mine)
    hidden = published(tenant, "quick-v1", runner_id=mine, attribution="anonymous")
    published(tenant, "quick-v1", runner_id=other)
    advance_all(tenant)
    assert entries(client, mine) == [f"Run {named}, licence CC-BY-4.0."]
    assert "1 published run" in badge(client, mine)
    assert f"/runners/{mine}/feed.atom" in client.get(f"/runners/{mine}/").content.decode()

    for run_id in (named, hidden):
        commands.retract_run(tenant=tenant, run_id=run_id, reason="wrong clock", actor=ACTOR)
    advance_all(tenant)
    assert entries(client, mine)[0] == f"Run {named}: wrong clock"
    assert not [text for text in entries(client, mine) if str(hidden) in text]
    assert "0 published runs" in badge(client, mine)


def test_a_machine_that_is_not_public_has_neither(client: Client, tenant: Tenant) -> None:
    waiting = fleet.runner(tenant).runner_id
    for runner_id in (waiting, uuid.uuid4()):
        for file in ("feed.atom", "badge.svg"):
            assert client.get(f"/runners/{runner_id}/{file}").status_code == 404
