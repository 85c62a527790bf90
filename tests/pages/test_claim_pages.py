"""Claims by source, with what speaks against them and what their arithmetic gives."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from arena.tenancy.models import Tenant
from leaderboards.claim_pages import figure
from leaderboards.templatetags.numbers import GROUP_SEPARATOR
from tests.leaderboards import scenes

pytestmark = pytest.mark.django_db
AdvanceAll = Callable[[Tenant], None]


@pytest.fixture
def seeded(tenant: Tenant, tmp_path: Path, advance_all: AdvanceAll) -> Tenant:
    scenes.open_text_board(tenant)
    call_command("import_seeds", tenant="public", rejects=tmp_path)
    advance_all(tenant)
    return tenant


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"[ \n]+", " ", response.content.decode())


def test_an_arena_without_claims_says_how_to_load_them(client: Client, tenant: Tenant) -> None:
    page = text_of(client, "/claims/")

    assert "./manage.py import_seeds --tenant public" in page
    assert "Nothing is quarantined or flagged." in page


def test_every_source_has_its_counts(client: Client, seeded: Tenant) -> None:
    sources = client.get("/claims/").context["sources"]

    counted = {
        source.seed: (source.count, source.flagged, source.quarantined)
        for source in sources
        if source.seed != "002"
    }
    assert counted["000"] == (133, 6, 17)
    assert counted["001"] == (27, 0, 0)
    assert counted["003"] == (21, 0, 0)
    assert counted["004"][0] == 1180
    assert counted["004"][2] == 0
    article = {source.name[:9]: source.count for source in sources if source.seed == "002"}
    assert article == {"Two Leade": 26 + 21, "arena.ai,": 10, "spark-are": 9}
    assert sum(source.count for source in sources) == 1387 + 40


def test_the_doubted_rows_stand_with_code_sentence_and_event(
    client: Client, seeded: Tenant
) -> None:
    page = text_of(client, "/claims/")

    for code, sentence in (
        ("placeholder_name", "names no model"),
        ("ttft_zero", "The median first token came 0 ms after sending"),
        ("ttft_too_long", "The first token came after 157.5 s"),
        ("batch_artefact", "the answer was held back and came in one piece"),
        ("bandwidth_roofline", "158.85 tok/s x 41.0 GB of active weights"),
        ("unresolved_name", "is an address, not a model"),
    ):
        assert f'<span class="mono">{code}</span>' in page
        assert sentence in page
    assert re.search(rf'<a href="/log/\d+/"><em>26{GROUP_SEPARATOR}437 tok/s</em></a>', page)
    doubted = client.get("/claims/").context["doubted"]
    assert [row.first.status for row in doubted] == ["quarantined"] * 4 + ["flagged"] * 4


def test_claims_that_fail_stand_beside_the_recomputed_figure(
    client: Client, seeded: Tenant
) -> None:
    page = text_of(client, "/claims/")
    shown = {line.check.key: line for line in client.get("/claims/").context["checks"]}

    assert (shown["electricity"].stated, shown["electricity"].recomputed) == ("10", "14.2")
    assert (shown["ratio"].stated, shown["ratio"].recomputed) == (f"11{GROUP_SEPARATOR}000", "264")
    assert (shown["local-41"].stated, shown["local-41"].recomputed) == ("0.05", "0.285")
    assert (shown["payback"].stated, shown["payback"].recomputed) == ("3", "3.6")
    assert shown["hours"].off == "0"
    assert "electricity 0.1423 EUR/day (computed)" in shown["ratio"].inputs
    row = page[page.index('<tr id="electricity">') :]
    row = row[: row.index("</tr>")]
    assert "does not hold" in row
    assert "tariff 0.3 EUR/kWh" in row
    assert "tokens / speed / 3600 x draw / 1000 x tariff x 100" in row


def test_one_source_lists_its_claims_page_by_page(client: Client, seeded: Tenant) -> None:
    key = next(s.key for s in client.get("/claims/").context["sources"] if s.seed == "004")
    path, seen = f"/claims/?source={key}", 0
    while path:
        response = client.get(path)
        page, lines = response.content.decode(), response.context["lines"]
        assert page.count('data-label="Stands in"') == len(lines)
        seen += len(lines)
        found = re.search(r'href="(\?[^"]+)" rel="next"', page)
        path = f"/claims/{found[1].replace('&amp;', '&')}" if found else ""

    assert seen == 1180


def test_a_score_stands_with_its_suite_and_denominator(client: Client, seeded: Tenant) -> None:
    page = text_of(client, "/models/qwen3-32b/")

    assert "Stated by the seed texts" in page
    assert "<em>28 of 30</em>" in page
    assert "suite thinking; role general" in page


def test_the_model_page_says_why_a_claim_is_quarantined(client: Client, seeded: Tenant) -> None:
    page = text_of(client, "/models/openai-gpt-5-5-pro/")

    assert 'data-label="Status">quarantined: <span class="mono">ttft_too_long</span>' in page
    assert "<em>8.1</em>" in page


def test_several_findings_of_a_claim_stand_one_after_the_other(
    client: Client, seeded: Tenant
) -> None:
    page = text_of(client, "/models/frontier/")

    assert 'cannot be attributed. <span class="mono">ttft_zero</span>' in page


def test_boards_show_seed_speeds_as_claims_below_and_no_doubted_ones(
    client: Client, seeded: Tenant
) -> None:
    rows = client.get("/boards/text/").context["table"].rows

    speeds = {
        row["cells"]["decode_tokens_per_second"]["value"]
        for row in rows
        if row["cells"]["decode_tokens_per_second"]["value"] is not None
    }
    assert {111.4, 83.5, 92.34, 47.11} <= speeds
    assert not {26437.0, 24.6, 27.3, 28.8, 84.31, 85.75, 158.85} & speeds
    assert {row["section"] for row in rows} == {"claims"}
    assert all(row["tier"] is None for row in rows)
    assert not any(row["model"]["name"] == "frontier" for row in rows)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("source=nobody", "source=nobody: no such choice. Allowed: "),
        ("source=fieldkit-arena-mirror&after=x", "after=x: not a position."),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(
    client: Client, seeded: Tenant, query: str, message: str
) -> None:
    response = client.get(f"/claims/?{query}")

    assert response.status_code == 400
    assert message in response.content.decode()


def test_narrow_screens_get_the_same_cells_with_labels(client: Client, seeded: Tenant) -> None:
    """At 390 px the style sheet stacks `.stack` tables and prints each cell's data-label."""
    for path in ("/claims/", "/claims/?source=fieldkit-arena-mirror"):
        page = client.get(path).content.decode()
        assert page.count("<table") == page.count('<table class="stack">')
        assert " style=" not in page
        numbers = re.findall(r"<td class=\"num\"[^>]*>", page)
        assert numbers
        assert all("data-label=" in cell for cell in numbers)


def test_the_api_gives_claims_by_text_model_and_status(client: Client, seeded: Tenant) -> None:
    page = client.get("/api/v1/claims?status=quarantined&limit=200").json()
    assert len(page["items"]) == 17
    assert {item["seed"] for item in page["items"]} == {"000"}
    assert all(finding["code"] for item in page["items"] for finding in item["findings"])
    of_model = client.get("/api/v1/claims?model=qwen2-5-math-72b&status=flagged").json()["items"]
    assert [(item["value"], item["unit"]) for item in of_model][:1] == [(158.85, "tok/s")]
    first = client.get("/api/v1/claims?seed=001&limit=20").json()
    rest = client.get(f"/api/v1/claims?seed=001&limit=20&cursor={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (20, 7, None)
    assert client.get("/api/v1/claims?status=true").status_code in (400, 422)


def test_the_log_shows_a_seed_claim_to_everybody(client: Client, seeded: Tenant) -> None:
    position = client.get("/api/v1/claims?seed=000").json()["items"][0]["position"]

    page = text_of(client, f"/log/{position}/")

    assert "SeedClaimStated" in page
    assert "fieldkit arena mirror" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0013, "0.0013"), (26437.0, f"26{GROUP_SEPARATOR}437"), (83.5, "83.5"), (0.0, "0")],
)
def test_a_figure_keeps_the_decimals_it_was_stated_with(value: float, text: str) -> None:
    assert figure(value) == text
