"""The composite scores of a board: the formula, the cohort, what is missing, and refusals."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment
from leaderboards.scores import ScoreRow
from tests.benchmarks.scores import score, state
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published
from tests.pages import board_scene

AdvanceAll = Callable[[Tenant], None]
PATH = "/boards/text/scores/"


@pytest.fixture
def claimed(tenant: Tenant, advance_all: AdvanceAll) -> dict[str, str]:
    return board_scene.claimed_board(tenant, advance_all)


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows_of(client: Client, query: str = "?figures=claims") -> dict[str, ScoreRow]:
    response = client.get(PATH + query)
    assert response.status_code == 200
    return {row.row["model"]["name"]: row for row in response.context["rows"]}


def test_scores_are_the_weighted_sum_relative_to_the_rows_shown(
    client: Client, claimed: dict[str, str]
) -> None:
    rows = rows_of(client)
    assert list(rows) == ["Model Alpha", "Model Bravo", "Model Charlie", "Model Delta"]
    by_quality = list(rows_of(client, "?figures=claims&weights=q:1"))
    assert by_quality == ["Model Alpha", "Model Charlie", "Model Bravo", "Model Delta"]
    alpha, bravo = rows["Model Alpha"], rows["Model Bravo"]
    # Delta, the fastest, has no rating: it is in the cohort, so Alpha's speed is not 100.
    assert alpha.scored.norms.speed == pytest.approx(100 * 95 / 106)
    assert alpha.scored.norms.efficiency == pytest.approx(100 * 95 / 106)
    assert alpha.scored.norms.quality == 100
    assert alpha.scored.score == pytest.approx(70 + 30 * 95 / 106)
    # 1430, 1420 and 1410: their mean is 1420, so Bravo is 10 points below it.
    assert bravo.scored.expected == pytest.approx(1 / (1 + 10 ** (10 / 400)))
    assert [part.adds for part in alpha.parts] == pytest.approx([70, 20 * 95 / 106, 10 * 95 / 106])
    page = words(client.get(PATH + "?figures=claims").content.decode())
    assert "score = 70.0 % · Q + 20.0 % · G + 10.0 % · E" in page
    assert "Cohort: the 4 rows shown" in page
    assert "preset Aggregate, version 1" in page
    assert "0.371 tok/s per GB" in page


def test_rows_without_a_figure_stay_at_the_bottom_with_the_reason(
    client: Client, claimed: dict[str, str]
) -> None:
    delta = rows_of(client)["Model Delta"]
    assert (delta.scored.score, delta.standing) == (None, None)
    assert delta.missing == ("Quality: not ranked there",)
    page = words(client.get(PATH + "?figures=claims").content.decode())
    assert "no measurement – Quality: not ranked there" in page
    assert rows_of(client, "?figures=claims&weights=g:1")["Model Delta"].scored.score == 100


def test_levels_are_words_beside_their_colours(client: Client, claimed: dict[str, str]) -> None:
    page = client.get(PATH + "?figures=claims").content.decode()
    assert 'class="top leader"' in page
    assert 'class="bottom last"' in page
    assert " style=" not in page
    text = words(page)
    assert "leader top" in text
    assert "last bottom" in text


def test_search_makes_another_cohort(client: Client, claimed: dict[str, str]) -> None:
    rows = rows_of(client, "?figures=claims&q=bravo")
    assert list(rows) == ["Model Bravo"]
    assert rows["Model Bravo"].scored.score == pytest.approx(100)
    assert "holds “bravo” hides 3 rows" in words(client.get(PATH + "?q=bravo").content.decode())


def test_efficiency_per_watt_needs_somebody_who_states_the_watts(
    client: Client, claimed: dict[str, str]
) -> None:
    rows = rows_of(client, "?figures=claims&per=watt")
    assert rows["Model Alpha"].scored.efficiency == pytest.approx(95 / 200)
    assert rows["Model Bravo"].missing == ("Efficiency: nobody has stated what the machine draws",)
    page = client.get(PATH + "?figures=claims&per=watt").content.decode()
    position = rows["Model Alpha"].machine.watts_position
    assert f'href="/log/{position}/"' in page
    assert "the whole machine, a meter, 2026-05-01" in page


def test_what_only_others_state_has_no_score_unless_asked_for(
    client: Client, claimed: dict[str, str]
) -> None:
    rows = rows_of(client, "")
    assert [row.scored.score for row in rows.values()] == [None] * 4
    page = client.get(PATH).content.decode()
    assert "score the claims from elsewhere" in page
    assert "figures=claims" in page


@pytest.mark.django_db(transaction=True)
def test_votes_and_a_published_run_make_a_score_with_its_interval(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    advance_all(tenant)
    [measured] = rows_of(client, "").values()
    slug = measured.row["model"]["slug"]
    [rival] = scenes.models(tenant, "Rival")
    for winner in ("model_a", "model_a", "model_b"):
        scenes.vote(tenant, slug, rival, winner)
    advance_all(tenant)
    row = rows_of(client, "?weights=q:60,g:40")[measured.row["model"]["name"]]
    assert row.scored.score == pytest.approx(100)
    assert row.scored.lower is not None
    assert row.scored.lower < 100
    assert row.standing is not None
    assert not row.is_claim


@pytest.mark.parametrize("preset", ["aggregate", "chat", "agent", "batch-rag", "reasoning"])
def test_every_preset_has_an_address(client: Client, claimed: dict[str, str], preset: str) -> None:
    response = client.get(f"{PATH}?figures=claims&preset={preset}")
    assert response.status_code == 200
    assert response.context["preset"].slug == preset
    assert f'href="?preset={preset}&amp;per=memory&amp;figures=claims" aria-current="page"' in (
        response.content.decode()
    )


def test_the_form_keeps_the_preset_until_its_weights_are_changed(
    client: Client, claimed: dict[str, str]
) -> None:
    page = client.get(f"{PATH}?figures=claims&preset=chat").content.decode()
    assert '<input type="hidden" name="preset" value="chat">' in page
    sent = "?figures=claims&preset=chat&q=&weights="
    kept = client.get(f"{PATH}{sent}q:60,g:30,e:10")
    assert kept.context["preset"].slug == "chat"
    own = client.get(f"{PATH}{sent}q:60,g:20,e:20")
    assert own.context["preset"] is None
    assert "own weights</span>" in own.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?preset=best", "preset=best: no such choice. Allowed: aggregate, chat, agent, batch-rag"),
        ("?weights=q:ten", "the weight of q is no number from 0 to 1000000. Presets: aggregate"),
        ("?weights=speed:1", "want each of q, g and e at most once, such as q:60,g:30,e:10"),
        (
            "?weights=q:1&preset=best",
            "preset=best: no such choice. Allowed: aggregate, chat, agent",
        ),
        ("?per=euro", "per=euro: no such choice. Allowed: memory, watt."),
        ("?figures=x", "figures=x: no such choice. Allowed: measured, all, claims."),
    ],
)
def test_bad_values_are_refused_with_what_is_allowed(
    client: Client, claimed: dict[str, str], query: str, said: str
) -> None:
    response = client.get(PATH + query)
    assert response.status_code == 400
    assert said in unescape(response.content.decode())


def test_unknown_board_has_no_scores(client: Client, tenant: Tenant) -> None:
    assert client.get("/boards/nothing/scores/").status_code == 404


@pytest.mark.parametrize("query", ["weights=q:1", "weights=q:1&figures=all"])
def test_a_cohort_of_one_low_score_has_an_interval_and_a_page(
    client: Client, tenant: Tenant, advance_all: AdvanceAll, query: str
) -> None:
    model = scenes.league(tenant)[0]
    own = register_deployment(tenant=tenant, model_slug=model, quantization="FP8", actor="test")
    state(tenant, score(own, value=1.0))
    advance_all(tenant)
    response = client.get(f"{PATH}?quality=mmlu-pro&{query}")
    assert response.status_code == 200
    [found] = [row.scored for row in response.context["rows"] if row.scored.score is not None]
    assert (found.lower, found.score, found.upper) == pytest.approx((100, 100, 100))


def test_ratings_of_two_boards_elsewhere_are_not_one_quality(
    client: Client, tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    notes = ("text leaderboard", "text leaderboard", "Code category")
    for number, (slug, note) in enumerate(zip(scenes.models(tenant, *"ABC"), notes, strict=True)):
        place = scenes.deployment(tenant, slug)
        scenes.claim(tenant, place, "elo", 1400 + number, note=note)
        scenes.claim(tenant, place, "decode_tokens_per_second", 50)
    advance_all(tenant)
    rows = rows_of(client)
    assert [name for name, row in rows.items() if row.scored.score is not None] == ["B", "A"]
    (reason,) = rows["C"].missing
    assert "Code category" in reason
    assert "text leaderboard" in reason
    page = words(client.get(PATH + "?figures=claims").content.decode())
    assert "from ratings that somebody else stated: of one board elsewhere" in page
    assert "from the ratings of this board" in words(client.get(PATH).content.decode())
    plane = client.get("/boards/text/pareto/?figures=claims").context["chart"]
    assert sorted(point.row["model"]["name"] for point in plane.points) == ["A", "B"]
