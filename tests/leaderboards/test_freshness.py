"""A board as it opens leaves figures of old runs out: the rows stay, and one click shows them."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power, price_hardware
from benchmarks.models import Run
from leaderboards.models import BoardState, LeaderboardRow
from leaderboards.rebuild import rebuild
from tests.benchmarks.scores import score, state
from tests.leaderboards import scenes
from tests.leaderboards.profile_runs import published

SPEED = "decode_tokens_per_second"
PATH = f"/boards/text/?columns=votes,{SPEED}"
OPENS = f"columns=votes,{SPEED}"


@pytest.fixture
def measured_on(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> str:
    """Fill a board with one run of 200 days ago and one of today; return the day of the former."""
    scenes.open_text_board(tenant)
    old = published(tenant, "quick-v1", model="Alpha 1B")
    published(tenant, "quick-v1", model="Bravo 1B")
    advance_all(tenant)
    ended = timezone.now() - timedelta(days=200)
    Run.objects.filter(run_id=old).update(finished_at=ended)
    LeaderboardRow.objects.all().delete()
    BoardState.objects.all().delete()
    rebuild(tenant=tenant, board="text")
    return ended.date().isoformat()


def speeds(client: Client, query: str) -> dict[str, bool]:
    """Return of each row shown whether its speed is."""
    page: Any = client.get(f"/boards/text/?{query}")
    assert page.status_code == 200
    rows = page.context["page"].rows
    return {row["model"]["name"]: row["cells"][SPEED]["value"] is not None for row in rows}


def test_old_figures_leave_their_cells_and_one_click_shows_them(
    client: Client, measured_on: str
) -> None:
    page = client.get(PATH).content.decode()
    reason = f"last measured {measured_on}, more than 180 days ago"
    assert reason in page
    assert (
        'runs of the last 180 days <span class="hides">hides figures of 1 row</span> '
        f'<a href="?max_age_days=any&amp;{OPENS}"' in page
    )
    assert "runs of trust T1 or more" in page
    assert "sovereignty for EU organisation" in client.get("/boards/text/").content.decode()
    assert speeds(client, OPENS) == {"Alpha 1B": False, "Bravo 1B": True}
    assert speeds(client, f"sort=-{SPEED}") == {"Bravo 1B": True, "Alpha 1B": False}

    cleared = client.get(f"{PATH}&max_age_days=any").content.decode()
    assert reason not in cleared
    # The form keeps what was cleared, and a chip leads back.
    assert 'name="max_age_days" inputmode="decimal" size="6" value="any"' in cleared
    assert f'runs of any age <a href="?{OPENS}"' in cleared
    assert speeds(client, "max_age_days=any") == {"Alpha 1B": True, "Bravo 1B": True}


def test_a_bound_that_is_asked_for_hides_rows_as_before(client: Client, measured_on: str) -> None:
    assert speeds(client, "max_age_days=300") == {"Alpha 1B": True, "Bravo 1B": True}
    assert speeds(client, "max_age_days=100") == {"Bravo 1B": True}
    refused = client.get("/boards/text/?max_age_days=old")
    assert refused.status_code == 400
    assert "0 to 36,500 days ago, or any, is" in refused.content.decode()
    assert client.get("/boards/text/?max_price=any").status_code == 400


def test_exports_are_the_view_and_the_api_has_every_figure(
    client: Client, measured_on: str
) -> None:
    def exported(query: str) -> list[bool]:
        lines = client.get(f"/boards/text.csv?{query}").content.decode().splitlines()
        table = csv.DictReader(io.StringIO("\n".join(one for one in lines if one[:2] != "# ")))
        return [row[SPEED] != "" for row in table]

    assert exported(OPENS) == [False, True]
    assert exported(f"{OPENS}&max_age_days=any") == [True, True]
    for query in ("", "?max_age_days=any"):
        items = client.get(f"/api/v1/boards/text/rows{query}").json()["items"]
        assert [row["cells"][SPEED]["value"] is not None for row in items] == [True, True]
    plane: Any = client.get(f"/boards/text/pareto/?x={SPEED}&y=ttft_ms_p50")
    assert [point.row["model"]["name"] for point in plane.context["chart"].points] == ["Bravo 1B"]
    assert "runs of the last 180 days" in plane.content.decode()

    # The page of the cell has the figure, and says where it is not.
    [row, _] = client.get("/api/v1/boards/text/rows").json()["items"]
    cell = client.get(f"/boards/text/cells/{row['key']}/{SPEED}/").content.decode()
    assert "Not on the board as it opens:" in cell
    assert "50.0 tok/s" in cell


def test_costs_reckoned_with_an_old_run_leave_too(
    client: Client, tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    scenes.open_text_board(tenant)
    run_id = published(tenant, "quick-v1", model="Alpha 1B")
    advance_all(tenant)
    [row] = LeaderboardRow.objects.all()
    place = row.key.removeprefix("deployment:")
    stated: Any = {"source_name": "a meter", "stated_on": date(2026, 5, 1), "actor": "test"}
    declare_power(tenant=tenant, deployment_slug=place, watts=100, scope="wall", **stated)
    price_hardware(
        tenant=tenant, deployment_slug=place, usd_micros=4_000_000_000, months=36, **stated
    )
    state(tenant, score(place))
    advance_all(tenant)
    columns = ("task_cost", "task_electricity", "task_energy", "quality_cost")

    def cells(query: str = "") -> list[Any]:
        page = client.get(
            f"/boards/text.json?columns={','.join(columns)}&currency=EUR&rate=0.9{query}"
        )
        [row] = page.json()["rows"]
        return [row["cells"][key] for key in columns]

    assert all(cell["value"] for cell in cells())
    Run.objects.filter(run_id=run_id).update(finished_at=timezone.now() - timedelta(days=200))
    BoardState.objects.all().delete()
    rebuild(tenant=tenant, board="text")
    for cell, of_any_age in zip(cells(), cells("&max_age_days=any"), strict=True):
        assert cell["value"] is None
        assert "more than 180 days ago" in cell["missing"]
        assert of_any_age["value"] > 0
        assert cell["unit"] == of_any_age["unit"]
