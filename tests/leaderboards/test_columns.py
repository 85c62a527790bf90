"""Every column of what runs measured: runs in, one figure out, and a reason where there is none."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from arena.eventstore.projection import rebuild
from arena.tenancy.models import Tenant
from arena_runner.contract import profiles
from arena_runner.contract.metric_names import NO_PACE
from benchmarks import commands
from leaderboards.columns import COLUMNS
from leaderboards.models import BoardState, LeaderboardRow
from leaderboards.speed.measured import FromPoints
from tests.benchmarks.runs import ACTOR
from tests.leaderboards import scenes
from tests.leaderboards.profile_runs import Server, published

pytestmark = pytest.mark.django_db(transaction=True)
Cells = dict[str, dict[str, Any]]
Tell = Callable[[], Cells]
MEASURED = {column: column.cells for column in COLUMNS if isinstance(column.cells, FromPoints)}


@pytest.fixture
def tell(tenant: Tenant, advance_all: Callable[[Tenant], None], client: Client) -> Tell:
    """Return the cells of the only row of a board, as the API gives them."""
    scenes.open_text_board(tenant)

    def cells() -> Cells:
        advance_all(tenant)
        [row] = client.get("/api/v1/boards/text/rows").json()["items"]
        found: Cells = row["cells"]
        return found

    return cells


def test_tokens_of_all_users_together_by_how_many_there_are(tenant: Tenant, tell: Tell) -> None:
    for speed in (40, 50, 90):
        published(tenant, "np-sweep-v1", Server(tokens_per_second=speed, ttft_ms=0.1))
    cells = tell()
    for level in (2, 4, 8, 16):
        cell = cells[f"system_tokens_per_second_c{level}"]
        assert cell["value"] == pytest.approx(level * 50, rel=0.01)
        assert (cell["sample"], cell["counted"], cell["unit"]) == (3, "runs", "tok/s")
        assert cell["note"].endswith(f"T2, np-sweep-v1 c{level}")
        assert cell["note"].startswith("median of 3 runs, ")
    assert cells["system_tokens_per_second_c10"]["value"] is None
    # What one of them sees is another column, and no run here has measured its point.
    reason = "not measured by a published run of headline-v1 or quick-v1"
    assert cells["decode_tokens_per_second"]["missing"] == reason


def test_points_of_two_profiles_are_never_put_together(tenant: Tenant, tell: Tell) -> None:
    published(tenant, "quick-v1", Server(tokens_per_second=80))
    quick = tell()["system_tokens_per_second_c4"]
    assert (quick["sample"], quick["suffix"]) == (1, "quick-v1")
    published(tenant, "np-sweep-v1", Server(tokens_per_second=20))
    sweep = tell()["system_tokens_per_second_c4"]
    assert (sweep["sample"], sweep["suffix"]) == (1, "")
    assert sweep["value"] < 80 < quick["value"]


def test_the_speed_at_which_a_prompt_is_read(tenant: Tenant, tell: Tell) -> None:
    for ttft_ms in (1_024, 2_048):
        published(tenant, "headline-v1", Server(ttft_ms=ttft_ms))
    cell = tell()["prefill_tokens_per_second"]
    assert cell["value"] == pytest.approx(1_500)
    assert cell["note"] == "median of 2 runs, 1,000.0 to 2,000.0, T2, headline-v1 tg128-c1"


def test_a_figure_of_several_runs_shows_how_far_they_lie_apart(tenant: Tenant, tell: Tell) -> None:
    for rate in (40, 90, 50):
        published(tenant, "headline-v1", Server(tokens_per_second=rate, ttft_ms=1_000))
    cells = tell()
    speed, first = cells["decode_tokens_per_second"], cells["ttft_ms_p50"]
    assert speed["value"] == pytest.approx(50, rel=0.01)
    assert re.fullmatch(r"(39|40)\.\d–(89|90)\.\d", speed["suffix"])
    assert first["suffix"] == "1000–1000 headline-v1"


def test_how_many_runs_how_new_and_how_trusted(tenant: Tenant, tell: Tell) -> None:
    published(tenant, "np-sweep-v1")
    assert [tell()[key]["missing"][:12] for key in ("runs", "trust")] == ["not measured"] * 2
    for _ in range(2):
        published(tenant, "headline-v1")
    cells = tell()
    day = cells["decode_tokens_per_second"]["as_of"][:10]
    runs, trust = cells["runs"], cells["trust"]
    assert (runs["value"], runs["suffix"], runs["sample"], runs["counted"]) == (2, day, 2, "runs")
    assert (trust["value"], trust["unit"], trust["note"]) == (2, "of T4", "best run T2")


def test_first_token_of_one_user_with_the_percentiles_that_its_requests_support(
    tenant: Tenant, tell: Tell
) -> None:
    published(tenant, "headline-v1", Server(ttft_ms=900))
    cells = tell()
    assert cells["ttft_ms_p50"]["value"] == pytest.approx(900)
    assert cells["ttft_ms_p50"]["suffix"] == "headline-v1"
    for percent in (95, 99):
        reason = "not measured by a published run of first-token-v1"
        assert cells[f"ttft_ms_p{percent}"]["missing"] == reason
    published(tenant, "first-token-v1", Server(ttft_ms=310))
    cells = tell()
    for percent in (50, 95, 99):
        cell = cells[f"ttft_ms_p{percent}"]
        assert (cell["value"], cell["unit"], cell["suffix"]) == (pytest.approx(310), "ms", "")


def test_first_token_and_errors_under_load(tenant: Tenant, tell: Tell) -> None:
    published(tenant, "agentic-v1", Server(ttft_ms=700, failing=200))
    cells = tell()
    assert cells["ttft_ms_p99_load"]["value"] == pytest.approx(700)
    assert cells["error_rate_load"]["value"] == pytest.approx(0.5)
    assert cells["ttft_ms_p99"]["value"] is None


def test_a_point_that_is_void_in_every_run_says_why(tenant: Tenant, tell: Tell) -> None:
    published(tenant, "np-sweep-v1", Server(failing=48))
    cells = tell()
    assert cells["system_tokens_per_second_c8"]["sample"] == 1
    reason = "measured, but every run is void here: error_rate"
    assert cells["system_tokens_per_second_c16"]["missing"] == reason


def test_a_run_without_a_pace_says_so_wherever_its_speed_would_stand(
    tenant: Tenant, tell: Tell, client: Client
) -> None:
    run_id = published(tenant, "quick-v1", Server(in_bursts=True))
    cells = tell()
    words = f"measured by a published run of headline-v1 or quick-v1, but {NO_PACE}"
    for key in ("decode_tokens_per_second", "runs", "trust"):
        assert cells[key]["missing"] == words
    assert cells["system_tokens_per_second_c4"]["sample"] == 1
    [row] = client.get("/api/v1/boards/text/rows").json()["items"]
    slug = row["key"].removeprefix("deployment:")
    [run] = client.get(f"/api/v1/deployments/{slug}").json()["runs"]
    assert run["why_not"] == NO_PACE
    assert NO_PACE in client.get(f"/runs/{run_id}/").content.decode()


def test_capacity_is_the_highest_rate_that_passes(tenant: Tenant, tell: Tell) -> None:
    slow = {"rate-0.5": 3_000.0, "rate-0.7": 7_000.0, "rate-1.0": 7_000.0}
    published(tenant, "rate-sweep-v1", Server(ttft_ms=900, ttft_ms_at=slow))
    cells = tell()
    two, five, ten = (cells[f"capacity_ttft_{limit}s"] for limit in (2, 5, 10))
    assert (two["value"], two["unit"], two["sample"]) == (0.3, "requests/s", 1)
    why = "at 0.5/s p95 time to first token 3000 ms is above 2000 ms"
    assert two["note"] == f"median of 1 run, T2, rate-sweep-v1 rate; {why}"
    assert (five["value"], five["suffix"]) == (0.5, "")
    assert (ten["value"], ten["suffix"]) == (1.0, "or more")


def test_that_no_rate_passes_is_a_result_on_every_surface(
    tenant: Tenant, tell: Tell, client: Client
) -> None:
    published(tenant, "rate-sweep-v1", Server(ttft_ms=30_000))
    cell = tell()["capacity_ttft_5s"]
    assert (cell["value"], cell["result"], cell["sample"]) == (None, "no rate passes", 1)
    assert "at 0.1/s p95 time to first token 30000 ms is above 5000 ms" in cell["note"]
    page = client.get(
        "/boards/text/?sort=-capacity_ttft_5s&columns=capacity_ttft_5s"
    ).content.decode()
    assert ">no rate passes</span>" in page
    assert 'data-value="-Infinity"' in page
    for ending in ("csv", "json", "parquet", "md", "tex"):
        answer = client.get(f"/boards/text.{ending}?columns=capacity_ttft_5s")
        assert answer.status_code == 200
        assert ending == "parquet" or "no rate passes" in answer.content.decode()
    plane = client.get("/boards/text/pareto/?x=capacity_ttft_5s&log=x")
    assert plane.status_code == 200
    assert "no rate passes" in plane.content.decode()
    assert client.get("/boards/text/scores/").status_code == 200


def test_joules_per_token_at_the_wall(tenant: Tenant, tell: Tell) -> None:
    published(tenant, "headline-v1", Server(joules=1_280, scope="gpu"))
    assert tell()["joules_per_token"]["value"] is None
    for joules in (640, 1_280, 6_400):
        published(tenant, "headline-v1", Server(joules=joules, scope="wall"))
    # Each run writes 5 times 128 tokens.
    assert tell()["joules_per_token"]["value"] == pytest.approx(2)


def test_energy_is_told_apart_by_where_it_was_read(tenant: Tenant, tell: Tell) -> None:
    for joules in (640, 1_280):
        published(tenant, "headline-v1", Server(joules=joules, scope="gpu"))
    published(tenant, "headline-v1", Server(joules=6_400, scope="rapl"))
    published(tenant, "headline-v1")
    cells = tell()
    # 5 runs of 128 tokens.
    assert cells["joules_per_token_gpu"]["value"] == pytest.approx(1.5)
    assert cells["joules_per_token_gpu"]["sample"] == 2
    assert cells["joules_per_token_rapl"]["value"] == pytest.approx(10)
    reason = "power was not read there (soc) by a published run of headline-v1 or quick-v1"
    assert cells["joules_per_token_soc"]["missing"] == reason


def test_only_runs_that_count_are_in_and_what_is_not_measured_has_its_reason(
    tenant: Tenant, tell: Tell
) -> None:
    published(tenant, "headline-v1")
    taken_back = published(tenant, "np-sweep-v1")
    assert tell()["system_tokens_per_second_c8"]["sample"] == 1
    commands.retract_run(tenant=tenant, run_id=taken_back, reason="wrong recipe", actor=ACTOR)
    cells = tell()
    for column in MEASURED:
        cell = cells[column.key]
        assert (cell["value"] is None) == bool(cell["missing"])
        assert cell["value"] is not None or "by a published run of" in cell["missing"]
    assert cells["system_tokens_per_second_c8"]["value"] is None


def test_a_rebuild_from_nothing_gives_the_same_cells(tenant: Tenant, tell: Tell) -> None:
    published(tenant, "quick-v1", Server(joules=700, scope="wall"))
    tell()
    published(tenant, "quick-v1", Server(tokens_per_second=44.7, joules=900, scope="wall"))
    advanced = tell()
    rebuild(tenant=tenant, name="runs")
    LeaderboardRow.objects.all().delete()
    BoardState.objects.all().delete()
    assert tell() == advanced
    assert advanced["joules_per_token"]["sample"] == 2


def test_every_column_names_its_points_and_shipped_profiles_measure_them() -> None:
    for column, source in MEASURED.items():
        for profile, key in source.reading.points:
            assert key in {point.key for point in profiles.load(profile).points}
            assert profile in column.help
