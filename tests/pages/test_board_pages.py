"""Boards, models, the method and refusals as HTML."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from arena.tenancy.models import Tenant
from arena.worked_example import worked_example
from leaderboards.templatetags.numbers import GROUP_SEPARATOR, number, plain
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]


@pytest.fixture
def league(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scenes.league(tenant, size=4, votes_per_pair=30)
    advance_all(tenant)
    return slugs


def test_empty_arena_says_how_to_fill_it(client: Client, tenant: Tenant) -> None:
    page = client.get("/").content.decode()

    assert "No board yet." in page
    assert "./manage.py import_votes FILE --tenant public" in page


def test_board_without_votes_is_a_page(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    advance_all(tenant)

    page = client.get("/boards/text/").content.decode()

    assert '<p id="empty">No vote yet.' in page


def test_list_shows_what_a_board_asks_and_how_much_it_rests_on(
    client: Client, league: list[str]
) -> None:
    page = client.get("/").content.decode()

    assert "Which answer do people prefer?" in page
    assert '<td class="num" data-label="Votes">90</td>' in page


def test_list_reads_no_row_of_any_board(client: Client, league: list[str]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/").status_code == 200
    assert not [query for query in asked if "leaderboardrow" in query["sql"]]


def test_board_opens_with_all_that_a_row_is_judged_by(client: Client, league: list[str]) -> None:
    page = client.get("/boards/text/").content.decode()
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert re.findall('data-title="([^"]*)"', head) == [
        "Elo", "Votes", "Speed", "TTFT p95", "Runs", "Trust", "Price", "Task", "Energy a task",
        "Sovereign",
    ]  # fmt: skip
    # The chance to be the first stands behind the tier.
    assert re.search(r'class="tier" title="first with a probability of [0-9.]+ %, rank 1 to', page)


def test_footer_states_position_formula_licence_and_citation(
    client: Client, league: list[str]
) -> None:
    response = client.get("/boards/text/")
    page = " ".join(response.content.decode().split())
    table = response.context["table"]

    assert f"position {table.position}" in page
    assert table.formula_version in page
    assert '<a href="/method/#speed">metrics of runs 1</a>' in page
    assert "metrics of runs" not in client.get("/boards/text/?columns=rating").content.decode()
    assert "votes CC-BY-4.0" in page
    assert f"@misc{{arena-public-{table.position}," in page


def test_board_behind_a_prefix_links_within_its_arena(
    client: Client, tenant: Tenant, league: list[str]
) -> None:
    page = client.get("/t/public/boards/text/").content.decode()

    assert 'data-socket="/t/public/ws/boards/text/"' in page
    assert f'href="/t/public/models/{league[0]}/"' in page
    assert 'href="/models/' not in page


def test_unknown_column_is_refused_with_the_ones_there_are(
    client: Client, league: list[str]
) -> None:
    response = client.get("/boards/text/?sort=speed")

    assert response.status_code == 400
    assert (
        "sort=speed: no such column. Columns: model, rating, controlled_rating"
        in response.content.decode()
    )


def test_model_page_states_interval_tier_votes_and_claims(
    client: Client, tenant: Tenant, league: list[str], advance_all: AdvanceAll
) -> None:
    deployment = scenes.deployment(tenant, league[0])
    scenes.claim(tenant, deployment, "decode_tokens_per_second", 95.11)
    scenes.claim(tenant, deployment, "elo", None, note="not ranked")
    advance_all(tenant)

    response = client.get(f"/models/{league[0]}/")

    (standing,) = response.context["standings"]
    assert standing.is_rated
    assert standing.rating.plus_minus.startswith("±")
    assert " to " in standing.bounds
    assert standing.votes.text == "30"
    assert f'data-label="95 % interval">{standing.bounds}</td>' in response.content.decode()
    claims = {claim.info.metric: claim for claim in response.context["claims"]}
    assert claims["decode_tokens_per_second"].text == "95.11"
    assert claims["elo"].text == ""
    page = response.content.decode()
    assert "not ranked" in page
    assert 'href="https://example.org/article"' in page
    assert "2 × DGX Spark" in page


@pytest.mark.parametrize("path", ["/boards/nothing/", "/models/nothing/", "/nothing/"])
def test_unknown_page_is_a_page_of_the_site(client: Client, tenant: Tenant, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert "<h1>No such page</h1>" in response.content.decode()
    assert 'aria-label="Main"' in response.content.decode()


def test_form_without_its_token_gets_a_page_that_says_so(tenant: Tenant) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})

    assert response.status_code == 403
    assert "<h1>The form has expired</h1>" in response.content.decode()


def test_server_error_page_needs_neither_database_nor_request() -> None:
    from django.views.defaults import server_error

    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "<h1>The server failed</h1>" in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/boards/text/", "/log/", "/method/", "/nothing/"])
def test_pages_carry_no_inline_style_or_script(
    client: Client, league: list[str], path: str
) -> None:
    page = client.get(path).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    # Data of search engines is no script: browsers do not run it.
    data = '<script type="application/ld+json" nonce='
    assert page.count("<script") == sum(
        map(page.count, ("<script src=", '<script type="module" src=', data))
    )


def test_worked_example_gives_the_published_strengths() -> None:
    rows = worked_example()

    assert [row.team for row in rows] == ["D", "B", "C", "A"]
    for row in rows:
        assert round(row.strength, 3) == row.published_strength
    assert sum(row.games for row in rows) == 2 * 22


def test_method_page_shows_the_example(client: Client, tenant: Tenant) -> None:
    page = client.get("/method/").content.decode()

    assert page.count("0.492") == 2


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (1503.4, 0, "1503"),
        (9_999, 0, "9999"),
        (10_000, 0, f"10{GROUP_SEPARATOR}000"),
        (1_670_250, 0, f"1{GROUP_SEPARATOR}670{GROUP_SEPARATOR}250"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-3.25, 1, "\u22123.3"),
        (0.04, 2, "0.04"),
    ],
)
def test_numbers_read_as_the_look_says(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (41.0, "41"), (95.11, "95.11"), (True, "1")]
)
def test_plain_numbers_read_as_scripts_write_them(value: float | None, text: str) -> None:
    assert plain(value) == text
