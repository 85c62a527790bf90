"""A board as a plane of two columns: figures, words for those who do not see it, and refusals."""

import re
from collections.abc import Callable
from html import unescape
from typing import Final

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from leaderboards.pareto import ParetoChart
from tests.leaderboards import scenes
from tests.pages import board_scene

AdvanceAll = Callable[[Tenant], None]
PATH = "/boards/text/pareto/"
SPEED: Final = "decode_tokens_per_second"


@pytest.fixture
def league(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=30)
    advance_all(tenant)
    return slugs


@pytest.fixture
def claimed(tenant: Tenant, advance_all: AdvanceAll) -> dict[str, str]:
    return board_scene.claimed_board(tenant, advance_all)


def words(text: str) -> str:
    return " ".join(unescape(text).split())


def chart_of(client: Client, query: str) -> ParetoChart:
    response = client.get(PATH + query)
    assert response.status_code == 200
    chart = response.context["chart"]
    assert isinstance(chart, ParetoChart)
    return chart


def names(chart: ParetoChart, *, on: bool) -> list[str]:
    return [point.row["model"]["name"] for point in chart.points if point.is_on is on]


def test_ratings_against_votes_have_intervals_and_an_assumed_direction(
    client: Client, league: list[str]
) -> None:
    chart = chart_of(client, "?x=votes&y=rating")
    assert sorted(names(chart, on=True)) == ["Model 000", "Model 001"]
    assert len(chart.points) == 4
    assert chart.points[0].y_span is not None
    page = words(client.get(PATH + "?x=votes&y=rating").content.decode())
    assert "Votes has no better end. More of it is taken as better here." in page
    assert "95 % interval" in page
    assert "4 of 4 points have no interval on an axis and count as exact there." in page


def test_frontier_of_claims_is_drawn_on_demand_only(
    client: Client, claimed: dict[str, str]
) -> None:
    empty = chart_of(client, "")
    assert empty.points == ()
    page = words(client.get(PATH).content.decode())
    assert "No row has both figures measured here" in page
    assert "only a claim from elsewhere, which this view leaves out" in page

    chart = chart_of(client, "?figures=claims")
    assert names(chart, on=True) == ["Model Alpha"]
    assert names(chart, on=False) == ["Model Bravo", "Model Charlie"]
    assert all(point.is_claim for point in chart.points)
    [left] = chart.not_shown
    assert [row["model"]["name"] for row in left.rows] == ["Model Delta"]
    assert left.reasons == (("Elo", "not ranked there"),)


def test_claimed_ratings_never_stand_beside_measured_ones(
    client: Client, tenant: Tenant, league: list[str], advance_all: AdvanceAll
) -> None:
    [other] = scenes.models(tenant, "Model Echo")
    for slug in (league[0], other):
        deployment = scenes.deployment(tenant, slug)
        scenes.claim(tenant, deployment, "elo", 1500)
        scenes.claim(tenant, deployment, SPEED, 50)
    advance_all(tenant)
    chart = chart_of(client, "?figures=all")
    assert [point.row["model"]["slug"] for point in chart.points] == [league[0]]
    reasons = {
        row["model"]["slug"]: group.reasons for group in chart.not_shown for row in group.rows
    }
    assert reasons[other] == (("Elo", "only a rating from elsewhere, which is on another scale"),)
    assert chart.not_shown_count == 4


def test_points_can_be_reached_and_say_everything(client: Client, claimed: dict[str, str]) -> None:
    page = client.get(PATH + "?figures=claims").content.decode()
    labels = [
        words(label) for label in re.findall(r'tabindex="0" role="img" aria-label="([^"]*)"', page)
    ]
    assert labels[0] == (
        "Model Alpha, FP8 · 2 × DGX Spark · self-hosted: Speed 95 tok/s; Elo 1430; "
        "on the frontier, probability of the frontier 100 %; holds a claim"
    )
    assert "dominated, probability of the frontier 0 %" in labels[1]
    assert " style=" not in page
    svg, table = page.split("</svg>", 1)
    assert len(re.findall(r"<circle class=\"target\"", svg)) == 3
    text = words(re.sub(r"<[^>]+>", " ", table))
    assert "Model Alpha FP8 · 2 × DGX Spark · self-hosted ◆ on it 100 % 95 tok/s claim" in text
    assert "stated by An article on 2026-05-01" in text
    assert "256" in text
    assert 'href="/log/' in table


def test_bubbles_grow_with_the_memory_of_the_machine(
    client: Client, tenant: Tenant, claimed: dict[str, str], advance_all: AdvanceAll
) -> None:
    chart = chart_of(client, "?figures=claims")
    assert {point.machine.memory_gb for point in chart.points} == {256.0}
    assert {point.radius for point in chart.points} == {"14.0"}
    assert chart.without_memory == 0


def test_edge_goes_by_the_corner_that_both_dominate(
    client: Client, tenant: Tenant, claimed: dict[str, str], advance_all: AdvanceAll
) -> None:
    [slug] = scenes.models(tenant, "Model Foxtrot")
    deployment = scenes.deployment(tenant, slug)
    scenes.claim(tenant, deployment, "elo", 1300)
    scenes.claim(tenant, deployment, SPEED, 200)
    advance_all(tenant)
    chart = chart_of(client, "?figures=claims")
    assert names(chart, on=True) == ["Model Alpha", "Model Foxtrot"]
    alpha, foxtrot = (point for point in chart.points if point.is_on)
    down, right = chart.frontier
    assert down == (alpha.x, alpha.y, alpha.x, foxtrot.y)
    assert right == (alpha.x, foxtrot.y, foxtrot.x, foxtrot.y)


def test_lower_is_better_where_the_column_says_so(
    client: Client, tenant: Tenant, claimed: dict[str, str], advance_all: AdvanceAll
) -> None:
    for name, price in (("Model Alpha", 0.5), ("Model Bravo", 0.1), ("Model Charlie", 0.6)):
        scenes.claim(tenant, claimed[name], "output_usd_per_million_tokens", price)
    advance_all(tenant)
    query = "?figures=claims&x=output_usd_per_million_tokens&y=rating&log=x"
    chart = chart_of(client, query)
    assert names(chart, on=True) == ["Model Alpha", "Model Bravo"]
    assert [tick.value for tick in chart.x_ticks] == [0.1, 0.2, 0.5, 1.0]
    assert "logarithmic axis" in client.get(PATH + query).content.decode()


def test_address_holds_the_view_and_swaps_it(client: Client, claimed: dict[str, str]) -> None:
    page = unescape(client.get(PATH + "?figures=claims&log=x,y&q=alpha").content.decode())
    swapped = "?x=rating&y=decode_tokens_per_second&log=x&log=y&figures=claims&q=alpha"
    assert f'href="{swapped}"' in page
    assert "1 of 1 rows drawn" in words(page)
    assert client.get(PATH + swapped).status_code == 200
    assert 'href="/boards/text/?q=alpha"' in page
    assert 'href="/boards/text/pareto/"' in client.get("/boards/text/").content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?x=nothing", "x=nothing: no such choice. Allowed: rating, controlled_rating, rank_one"),
        ("?x=nothing", "x=nothing: no such choice."),
        ("?x=rating&y=rating", "y=rating: no such choice. Allowed: controlled_rating"),
        ("?log=z", "log=z: no such choice. Allowed: x, y."),
        ("?figures=some", "figures=some: no such choice. Allowed: measured, all, claims."),
        ("?x=rank_one&log=x", "log=x: P(first) goes down to 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_can(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, query: str, said: str
) -> None:
    scenes.league(tenant, size=6, votes_per_pair=300)
    advance_all(tenant)
    response = client.get(PATH + query)
    assert response.status_code == 400
    assert said in unescape(response.content.decode())


def test_unknown_board_has_no_plane(client: Client, tenant: Tenant) -> None:
    assert client.get("/boards/nothing/pareto/").status_code == 404


def test_board_without_rows_is_a_page(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    advance_all(tenant)
    assert chart_of(client, "").points == ()


def test_a_marked_part_leaves_its_points_in_the_table_and_the_frontier_as_it_was(
    client: Client, claimed: dict[str, str]
) -> None:
    whole = chart_of(client, "?figures=claims")
    speeds = {point.row["model"]["name"]: point.x_value for point in whole.points}
    low = speeds["Model Bravo"]
    response = client.get(PATH + f"?figures=claims&x_from={low}&x_to={low}")
    chart = response.context["chart"]
    assert names(chart, on=True) == names(whole, on=True) == ["Model Alpha"]
    assert [point.row["model"]["name"] for point in response.context["marked"]] == ["Model Bravo"]
    page = words(response.content.decode())
    assert "1 in the part marked" in page
    # Two points, and the name of one.
    assert page.count("unmarked") == 3
    table = page[page.index('id="points"') : page.index("</table>", page.index('id="points"'))]
    assert "Model Bravo" in table
    assert "Model Alpha" not in table


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?x_from=fast", "x_from: fast is not allowed"),
        ("?y_to=nan", "y_to: nan is not allowed"),
        ("?x_from=9&x_to=3", "x_to: 3 is less than x_from, which is 9."),
    ],
)
def test_a_range_that_is_none_is_refused(
    client: Client, claimed: dict[str, str], query: str, said: str
) -> None:
    response = client.get(PATH + query)
    assert response.status_code == 400
    assert said in unescape(response.content.decode())


def test_quantizations_of_a_model_in_one_place_are_joined(
    client: Client, tenant: Tenant, claimed: dict[str, str], advance_all: AdvanceAll
) -> None:
    [slug] = scenes.models(tenant, "Model Quant")
    for name, place, speed, elo in (
        ("Q8", "DGX Spark", 30, 1320), ("Q4", "DGX Spark", 60, 1290), ("F16", "EPYC 9655", 5, 1330)
    ):  # fmt: skip
        deployment = scenes.deployment(tenant, slug, quantization=name, hardware=place)
        scenes.claim(tenant, deployment, "elo", elo)
        scenes.claim(tenant, deployment, SPEED, speed)
    advance_all(tenant)
    response = client.get(PATH + "?figures=claims")
    [curve] = response.context["curves"]
    assert curve.model["slug"] == slug
    assert [one.quantization for one in curve.points] == ["Q8", "Q4"]
    [line] = curve.lines
    assert float(line.x1.rstrip("%")) < float(line.x2.rstrip("%"))
    assert float(line.y1) < float(line.y2)
    page = words(response.content.decode())
    assert page.count('class="curve"') == 1
    assert "Quantizations of one model" in page

    told = client.get("/api/v1/boards/text/plane?figures=claims").json()
    assert [point["key"] for point in told["points"] if point["is_on_frontier"]] == [
        point.row["key"] for point in response.context["chart"].points if point.is_on
    ]
    assert told["curves"] == [
        {
            "model": slug,
            "place": curve.place,
            "keys": [one.point.row["key"] for one in curve.points],
        }
    ]
    assert told["without_figure"][0]["reasons"] == {"Elo": "not ranked there"}


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("?x=nothing", 400, "rating|"),
        ("?figures=some", 400, "measured"),
        ("?x=rating&y=rating", 422, "y=rating: no such choice. Allowed: controlled_rating"),
        ("?x_from=9&x_to=3", 422, "x_to: 3 is less than x_from"),
    ],
)
def test_programs_are_told_what_is_allowed(
    client: Client, claimed: dict[str, str], query: str, status: int, said: str
) -> None:
    response = client.get("/api/v1/boards/text/plane" + query)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert said in response.json()["detail"]
