"""Cells made under other conditions than their column: found, marked, sorted last, never mixed."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from leaderboards.cells import Cell, absent, claimed, measured, under
from leaderboards.conditions import contrast, marked, reference
from leaderboards.sources import today
from leaderboards.speed.points import conditions_of
from tests.leaderboards import scenes
from tests.leaderboards.profile_runs import Server, published

AdvanceAll = Callable[[Tenant], None]
COLD = {"prefix caching": "off"}
WARM = {"prefix caching": "on"}
COLUMN = "decode_tokens_per_second"
MARK = "profile headline-v1; column: quick-v1"


def figure(conditions: dict[str, str], day: int, *, value: float = 50) -> Cell:
    when = today().replace(month=1, day=day)
    return under(measured(value, unit="tok/s", as_of=when, counted="runs"), conditions)


def stated(conditions: dict[str, str]) -> Cell:
    cell = claimed(
        9, unit="tok/s", as_of=today(), approximate=False, source_name="An article",
        source_url=None, note="", position=1,
    )  # fmt: skip
    return under(cell, conditions)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ([], None),
        ([absent("none", unit="x"), measured(1, unit="x", as_of=None)], None),
        ([figure(COLD, 1), figure(COLD, 2), figure(WARM, 3)], COLD),
        # Of as many the newest decides, whatever the order of the rows.
        ([figure(COLD, 1), figure(WARM, 2)], WARM),
        ([figure(WARM, 2), figure(COLD, 1)], WARM),
        ([figure(COLD, 1), figure(WARM, 1)], WARM),
        # What was measured here decides before claims, and claims where nothing was.
        ([stated(WARM), stated(WARM), figure(COLD, 1)], COLD),
        ([stated(WARM), measured(1, unit="x", as_of=None)], WARM),
    ],
)
def test_the_conditions_of_a_column_are_those_of_most_figures(
    cells: list[Cell], wanted: dict[str, str] | None
) -> None:
    assert reference(cells) == wanted


def test_a_difference_names_what_differs_and_nothing_else() -> None:
    assert contrast({"profile": "a", **WARM}, {"profile": "a", **COLD}) == (
        "prefix caching on; column: off"
    )
    assert contrast({}, {"judge": "Judge 1"}, name="the first") == (
        "judge not stated; the first: Judge 1"
    )
    assert contrast(COLD, COLD) == ""


def test_only_figures_of_other_conditions_are_marked() -> None:
    alone = measured(1, unit="tok/s", as_of=None)
    cells = [figure(COLD, 1), figure(COLD, 2), figure(WARM, 3), absent("none", unit="x"), alone]
    rows = [{"a": cell} for cell in cells]
    found = [row["a"].get("not_comparable") for row in marked(rows, ["a"])]
    assert found == [None, None, "prefix caching on; column: off", None, None]
    assert "not_comparable" not in rows[2]["a"]


def test_prefix_caching_is_that_of_the_profile() -> None:
    assert conditions_of(["spark-arena-v2"], key="c2") == {
        "profile": "spark-arena-v2 c2", "prefix caching": "on"
    }  # fmt: skip
    # Runs of two profiles behind one figure: it compares with neither.
    assert conditions_of(["headline-v1", "quick-v1"])["profile"] == "headline-v1 and quick-v1"


@pytest.fixture
def mixed(tenant: Tenant, advance_all: AdvanceAll) -> None:
    """Fill a board with two runs of one profile and a faster one of another."""
    scenes.open_text_board(tenant)
    published(tenant, "quick-v1", Server(tokens_per_second=50), model="Alpha 1B")
    published(tenant, "quick-v1", Server(tokens_per_second=70), model="Bravo 1B")
    published(tenant, "headline-v1", Server(tokens_per_second=90), model="Charlie 1B")
    advance_all(tenant)


def order(client: Client, sort: str) -> list[str]:
    page = client.get(f"/boards/text/?columns={COLUMN}&sort={sort}")
    return [row["model"]["name"] for row in page.context["page"].rows]


@pytest.mark.django_db(transaction=True)
def test_a_figure_of_another_profile_is_hatched_and_sorted_last_on_every_surface(
    client: Client, mixed: None
) -> None:
    assert order(client, f"-{COLUMN}") == ["Bravo 1B", "Alpha 1B", "Charlie 1B"]
    assert order(client, COLUMN) == ["Alpha 1B", "Bravo 1B", "Charlie 1B"]
    path = f"/boards/text/?columns={COLUMN}"
    page = client.get(path).content.decode()
    assert page.count('speed apart" data-column') == 1
    assert page.count(f">not comparable: {MARK}; </span>") == 1

    rows = client.get(f"/api/v1/boards/text/rows?columns={COLUMN}").json()["items"]
    cells = {row["model"]["name"]: row["cells"][COLUMN] for row in rows}
    assert [cells[name]["not_comparable"] for name in sorted(cells)] == ["", "", MARK]
    assert cells["Charlie 1B"]["conditions"]["prefix caching"] == "off"
    exported = client.get(f"/boards/text.json?columns={COLUMN}").json()["rows"]
    told = [row["cells"][COLUMN].get("not_comparable") for row in exported]
    assert sorted(filter(None, told)) == [MARK]
    lines = client.get(f"/boards/text.csv?columns={COLUMN}").content.decode().splitlines()
    table = csv.DictReader(io.StringIO("\n".join(line for line in lines if line[:2] != "# ")))
    assert sorted(row[f"{COLUMN}_not_comparable"] for row in table) == ["", "", MARK]
    assert "≠" in client.get(f"/boards/text.md?columns={COLUMN}").content.decode()
    assert "not comparable" in client.get(f"/boards/text.tex?columns={COLUMN}").content.decode()

    [key] = [row["key"] for row in rows if row["model"]["name"] == "Charlie 1B"]
    cell = client.get(f"/boards/text/cells/{key}/{COLUMN}/?part=drawer").content.decode()
    assert f"not comparable: {MARK}" in cell


@pytest.mark.django_db(transaction=True)
def test_planes_leave_it_out_and_comparisons_do_not_subtract_it(
    client: Client, mixed: None
) -> None:
    plane: Any = client.get(f"/boards/text/pareto/?x={COLUMN}&y=ttft_ms_p50").context["chart"]
    assert {point.row["model"]["name"] for point in plane.points} == {"Alpha 1B", "Bravo 1B"}
    reasons = {reason for item in plane.not_shown for _, reason in item.reasons}
    assert any(
        "than most of these rows: profile headline-v1; these rows: quick-v1" in reason
        for reason in reasons
    )

    # Alone it is what it is compared with, whatever the column of the board says.
    alone: Any = client.get(f"/boards/text/pareto/?q=charlie&x={COLUMN}&y=ttft_ms_p50")
    [point] = alone.context["chart"].points
    assert "not_comparable" not in point.x_cell.raw
    rows = client.get("/api/v1/boards/text/rows").json()["items"]
    key = {row["model"]["name"]: row["key"] for row in rows}
    query = "&".join(f"row={key[name]}" for name in ("Alpha 1B", "Bravo 1B", "Charlie 1B"))
    found = client.get(f"/api/v1/compare?board=text&{query}").json()["columns"]
    [line] = [line for line in found if line["column"] == COLUMN]
    assert [held["difference"] is None for held in line["figures"]] == [True, False, True]
    assert line["figures"][2]["missing"] == (
        "not comparable and not subtracted: profile headline-v1; the first: quick-v1"
    )
    page = client.get(f"/comparison/?{query}").content.decode()
    assert "not comparable and not subtracted" in page
