"""Published runs are the speed of their deployment on the board, above the claims of others."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from benchmarks import commands
from benchmarks.commands import Signer
from benchmarks.queries.runs import payload
from leaderboards.queries import board_table
from tests.benchmarks import runs
from tests.leaderboards import scenes

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


def measured(tenant: Tenant, *, tokens_per_second: float) -> uuid.UUID:
    """Measure the headline of a model and return the run: complete, accepted and private."""
    wanted, key = runs.manifest(), signing.new_private_key()
    signer = Signer(runner_id=uuid.uuid4(), public_key=signing.public_key(key), origin="owner")
    claimed = runs.claim(tenant, runs.ask(tenant, manifest=wanted), signer.runner_id)
    points = runs.measure(
        tenant, claimed, signer.runner_id, wanted, tokens_per_second=tokens_per_second
    )
    report = runs.report_of(claimed, signer.runner_id, wanted, points)
    commands.complete_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=signer.runner_id, fence=claimed.fence,
        envelope=runs.signed(report, key), signer=signer, actor=runs.ACTOR,
    )  # fmt: skip
    return claimed.run_id


def published(tenant: Tenant, *, tokens_per_second: float) -> uuid.UUID:
    """Measure, and show the run to everybody."""
    run_id = measured(tenant, tokens_per_second=tokens_per_second)
    shown = payload(tenant=tenant, run_id=run_id, attribution="named")
    commands.publish_run(
        tenant=tenant, run_id=run_id, attribution="named", licence="CC-BY-4.0",
        payload_sha256=shown.sha256, actor=runs.ACTOR, registers=True,
    )  # fmt: skip
    return run_id


def speeds(tenant: Tenant, advance_all: AdvanceAll) -> list[Any]:
    """Return the speed of each row on the board of measured models."""
    advance_all(tenant)
    table = board_table(tenant=tenant, board="text")
    assert {row["section"] for row in table.rows} <= {"measured"}
    return [row["cells"]["decode_tokens_per_second"] for row in table.rows]


def test_a_run_reaches_the_board_when_it_is_published_and_leaves_it_when_it_is_retracted(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    run_id = measured(tenant, tokens_per_second=50)
    assert speeds(tenant, advance_all) == []
    shown = payload(tenant=tenant, run_id=run_id, attribution="named")
    commands.publish_run(
        tenant=tenant, run_id=run_id, attribution="named", licence="CC-BY-4.0",
        payload_sha256=shown.sha256, actor=runs.ACTOR, registers=True,
    )  # fmt: skip
    [cell] = speeds(tenant, advance_all)
    assert cell["value"] == pytest.approx(50, abs=0.1)
    assert (cell["kind"], cell["sample"], cell["counted"]) == ("measured", 1, "runs")
    assert cell["unit"] == "tok/s"
    # When the arena took the report in: no runner dates its own figures.
    assert abs(datetime.now(UTC) - datetime.fromisoformat(cell["as_of"])) < timedelta(minutes=5)
    commands.retract_run(tenant=tenant, run_id=run_id, reason="wrong recipe", actor=runs.ACTOR)
    assert speeds(tenant, advance_all) == []


def test_several_runs_are_told_by_median_number_and_spread(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    for tokens_per_second in (40, 50, 90):
        published(tenant, tokens_per_second=tokens_per_second)
    [cell] = speeds(tenant, advance_all)
    assert cell["value"] == pytest.approx(50, abs=0.1)
    assert cell["sample"] == 3
    assert cell["note"] == "median of 3 runs, 40.0 to 90.0, T2, headline-v1 tg128-c1"
    assert cell["lower"] is None


def test_the_figure_leads_to_its_runs(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    [cell] = speeds(tenant, advance_all)
    page = client.get("/boards/text/").content.decode()
    [row] = board_table(tenant=tenant, board="text").rows
    slug = row["key"].removeprefix("deployment:")
    assert f'href="/boards/text/cells/deployment:{slug}/decode_tokens_per_second/"' in page
    assert f"{cell['note']}, last measured {cell['as_of']}" in page
    listed = client.get(f"/runs/?deployment={slug}")
    assert listed.status_code == 200
    [told] = client.get("/api/v1/boards/text/rows").json()["items"]
    assert told["section"] == "measured"
    assert told["cells"]["decode_tokens_per_second"]["counted"] == "runs"
