"""The page of a board's scores: each with what is needed to judge it, sorted and filtered."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment, retract_score
from benchmarks.queries import scores as all_scores
from tests.benchmarks.scores import SHA256, perplexity, score, state
from tests.leaderboards import scenes

AdvanceAll = Callable[[Tenant], None]
PATH = "/boards/text/quality/"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def places(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scenes.league(tenant)
    found = [
        register_deployment(tenant=tenant, model_slug=slug, quantization="FP8", actor="test")
        for slug in slugs[:3]
    ]
    state(
        tenant, score(found[0]), score(found[1], value=160.0, stated_on=date(2026, 4, 1)),
        score(found[0], suite="our-suite", measures="human", harness="a panel"),
        score(found[2], value=20.0, setting="0-shot", source_url=None),
        perplexity(None, 7.25, model_slug=slugs[1], quantization="FP8"),
        score(found[0], suite="ifeval", measures="format", value=199.0),
        score(found[0], suite="mt-bench", unit="points", measures="judge", judge_model="Judge",
              value=8.1, out_of=10.0, tasks_scored=158, tasks_unparsed=2, standard_error=0.1),
    )  # fmt: skip
    [outsider] = scenes.models(tenant, "Outsider")
    elsewhere = register_deployment(tenant=tenant, model_slug=outsider, actor="test")
    state(tenant, score(elsewhere))
    advance_all(tenant)
    return found


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def shown(client: Client, query: str = "") -> list[tuple[str, str]]:
    response = client.get(PATH + query)
    assert response.status_code == 200, response.content
    return [(line.suite_name, line.text) for line in response.context["lines"]]


def test_every_score_of_the_board_with_what_is_needed_to_judge_it(
    client: Client, places: list[str]
) -> None:
    assert shown(client) == [
        ("MMLU-Pro", "80.0"), ("MMLU-Pro", "75.0"), ("MMLU-Pro", "10.0"), ("IFEval", "99.5"),
        ("MT-Bench", "81.0"), ("WikiText-2", "7.2500"), ("our-suite", "75.0"),
    ]  # fmt: skip
    page = client.get(PATH).content.decode()
    text = words(page)
    assert "80.0 % 73.9 to 85.0 160 of 200 tasks 200 of 12 032 tasks, 2 % reference" in text
    assert "exact_match, 5-shot; a harness 1.0 2026-04-01 A laboratory 9f86d081884c" in text
    assert "81.0 % 79.0 to 83.0 8.1 of 10 points 158 of 160 tasks, 99 %, 2 unreadable judge" in text
    assert "200 tasks scored, size of the suite not stated human" in text
    assert "FP8, wherever it runs 7.2500 perplexity 62 tasks scored" in text
    assert SHA256 in page
    assert "Outsider" not in page
    assert " style=" not in page
    assert "7 of 7 scores suites version 1" in text
    board = client.get("/boards/text/").content.decode()
    assert 'href="/boards/text/quality/"' in board
    assert "chip measures" not in board
    by_score = client.get("/boards/text/?columns=score_mmlu_pro").content.decode()
    assert '<span class="chip measures">reference</span>' in by_score


def test_sorting_and_filters_keep_each_other(client: Client, places: list[str]) -> None:
    assert [text for _, text in shown(client, "?sort=-score")][:3] == ["99.5", "81.0", "80.0"]
    assert shown(client, "?sort=score")[-1] == ("WikiText-2", "7.2500")
    assert shown(client, "?sort=-coverage")[0] == ("MT-Bench", "81.0")
    assert shown(client, "?sort=date&suite=mmlu-pro")[0] == ("MMLU-Pro", "80.0")
    assert shown(client, "?measures=format") == [("IFEval", "99.5")]
    assert shown(client, "?q=model+002") == [("MMLU-Pro", "10.0")]
    assert shown(client, "?suite=gsm8k") == []
    page = client.get(PATH + "?suite=mmlu-pro&sort=-score").content.decode()
    assert 'aria-sort="descending"><a href="?suite=mmlu-pro&amp;sort=score">' in page


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("suite=nothing", "mmlu-pro, gpqa-diamond"),
        ("measures=taste", "format, reference, judge, human"),
        ("sort=taste", "suite, -suite, model"),
        ("page=9", "Pages: 1 to 1"),
        ("page=x", "Pages: 1 to 1"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    client: Client, places: list[str], query: str, allowed: str
) -> None:
    response = client.get(f"{PATH}?{query}")
    assert response.status_code == 400
    assert allowed in words(response.content.decode())
    assert client.get("/boards/nothing/quality/").status_code == 404


def test_what_was_superseded_or_taken_back_stays_on_the_page(
    client: Client, tenant: Tenant, places: list[str], advance_all: AdvanceAll
) -> None:
    state(tenant, score(places[0], value=170.0, stated_on=date(2026, 5, 2)))
    advance_all(tenant)
    wrong = next(info for info in all_scores(tenant=tenant) if info.value == 160)
    retract_score(tenant=tenant, score_id=wrong.score_id, reason="wrong weights", actor="test")
    advance_all(tenant)
    assert [text for name, text in shown(client) if name == "MMLU-Pro"] == ["85.0", "10.0"]
    gone = words(client.get(PATH).content.decode()).partition("Superseded and taken back")[2]
    assert "taken back : wrong weights" in gone
    assert ", superseded" in gone


def test_an_empty_board_says_how_scores_come_in(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.league(tenant)
    advance_all(tenant)
    assert "./manage.py import_scores FILE --tenant public" in words(
        client.get(PATH).content.decode()
    )


def test_composite_scores_take_quality_from_a_chosen_suite(
    client: Client, places: list[str]
) -> None:
    page = "/boards/text/scores/"
    response = client.get(f"{page}?quality=mmlu-pro&weights=q:1")
    rows = {row.row["model"]["name"]: row for row in response.context["rows"]}
    best, other, odd = (rows[f"Model 00{index}"] for index in (1, 0, 2))
    assert (best.scored.score, other.scored.score) == (100, pytest.approx(100 * 75 / 80))
    assert best.scored.expected is None
    assert other.scored.lower is not None
    assert odd.scored.score is None
    [reason] = odd.missing
    assert "measured in another way than most" in reason
    assert "0-shot" in reason
    text = words(response.content.decode())
    assert "score on MMLU-Pro reference : knowledge and reasoning" in text
    assert "200 of 12 032 tasks, 2 %" in text
    assert "quality=mmlu-pro" in response.content.decode()
    by_rating = client.get(f"{page}?weights=q:1").context["rows"]
    assert by_rating[0].row["model"]["name"] == "Model 000"
    refused = client.get(f"{page}?quality=taste")
    assert refused.status_code == 400
    assert "rating, mmlu-pro" in refused.content.decode()
