"""The page of a model: history, votes against others, deployments, recipes, incidents, sources."""

from collections.abc import Callable

import pytest
from django.test import Client

from arena.tenancy.models import Tenant
from benchmarks import commands
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.history_chart import history_chart
from leaderboards.models import RatingFit
from leaderboards.rating_history import rating_history, thinned
from tests.benchmarks import runs
from tests.compare.scene import Scene, furnish
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published
from voting.commands import enter_contestant, retire_contestant, set_rating_policy
from voting.events import RatingPolicySet
from voting.queries import board

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


@pytest.fixture
def scene(tenant: Tenant, advance_all: AdvanceAll) -> Scene:
    return furnish(tenant, advance_all)


def shown(client: Client, slug: str, query: str = "") -> str:
    response = client.get(f"/models/{slug}/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_history_has_every_fit_and_marks_a_change_of_the_rules(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    best, second, *_ = scene.models
    scenes.vote(tenant, best, second, "tie")
    advance_all(tenant)
    policy = RatingPolicySet(
        board="text", ties="exclude", both_bad="exclude", reweight_below=None, preliminary_below=1,
        reason="a trial",
    )  # fmt: skip
    set_rating_policy(tenant=tenant, policy=policy, actor="test")
    advance_all(tenant)
    info = board(tenant=tenant, slug="text")
    history = rating_history(tenant=tenant, info=info, model=best)
    assert (len(history.points), history.fits) == (3, 3)
    assert [point.votes for point in history.points] == [30, 31, 30]
    assert [item.words for item in history.happenings][-1] == (
        "rules of the board changed: a trial"
    )
    chart = history_chart(history)
    assert chart is not None
    # A step line has a corner at every fit and one before it.
    assert len(chart.line.split()) == 2 * 3 - 1
    assert len(chart.band.split()) == 2 * (2 * 3 - 1)
    assert [rule.number for rule in chart.rules] == [2]
    page = shown(client, best)
    assert "rules of the board changed: a trial" in page
    assert 'class="band"' in page
    detail = client.get(f"/api/v1/models/{best}").json()
    [told] = detail["histories"]
    assert [point["votes"] for point in told["points"]] == [30, 31, 30]
    assert told["happenings"][-1]["words"].endswith("a trial")


def test_a_new_formula_and_a_retirement_are_marked(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    best, second, *_ = scene.models
    RatingFit.objects.filter(board="text").update(formula_version="an-older-1")
    enter_contestant(tenant=tenant, board="text", deployment_slug=scene.bought, actor="test")
    retire_contestant(
        tenant=tenant, board="text", deployment_slug=scene.bought, reason="gone", actor="test"
    )
    scenes.vote(tenant, best, second, "tie")
    advance_all(tenant)
    page = shown(client, best)
    assert f"formula an-older-1 became {FORMULA_VERSION}" in page
    assert f"{scene.bought} left the battles: gone" in page
    assert "left the battles" not in shown(client, second)


def test_many_fits_are_thinned_evenly() -> None:
    assert thinned(range(11), 3) == [0, 5, 10]
    assert thinned(range(3), 3) == [0, 1, 2]
    assert len(thinned(range(10_000), 48)) == 48


def test_votes_against_everybody_stand_beside_what_is_expected(
    client: Client, scene: Scene
) -> None:
    middle = scene.models[1]
    detail = client.get(f"/api/v1/models/{middle}").json()
    opponents = {row["model"]: row for row in detail["opponents"]}
    assert opponents.keys() == {scene.models[0], scene.models[2]}
    lost = opponents[scene.models[0]]
    assert (lost["met"]["wins"], lost["met"]["losses"], lost["met"]["n"]) == (10, 20, 30)
    assert lost["expected"]["first_share"] == pytest.approx(1 / 3, abs=0.001)
    assert lost["board"] == "text"
    page = shown(client, middle)
    assert "33.3 <span" in page
    assert f"against={scene.models[0]}" in page


def test_deployments_are_told_with_price_task_and_level(client: Client, scene: Scene) -> None:
    page = shown(client, scene.models[0])
    assert f'href="/deployments/{scene.bought}/"' in page
    for words in ("2.00, 6.00", "S0", "not measured", "2 figures, last 2026-05-20: <a"):
        assert words in page, words
    assert "No battle with it is void." in page


def test_quants_are_held_against_the_one_of_most_bits(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    model = scene.models[1]
    other = commands.register_deployment(
        tenant=tenant, model_slug=model, quantization="Q4_K_M", hardware="DGX Spark", actor="test"
    )
    scenes.claim(tenant, other, "decode_tokens_per_second", 82.0)
    advance_all(tenant)
    page = shown(client, model)
    assert "Its deployments against each other on Text" in page
    assert "+41.0 (+100 %), better" in page
    assert "Compare all of them" in page


def test_recipes_and_incidents_come_from_published_runs(
    client: Client, tenant: Tenant, scene: Scene, advance_all: AdvanceAll
) -> None:
    ids = [published(tenant, tokens_per_second=speed) for speed in (40, 50)]
    commands.retract_run(tenant=tenant, run_id=ids[0], reason="wrong recipe", actor=runs.ACTOR)
    advance_all(tenant)
    slugs = {entry["slug"] for entry in client.get("/api/v1/models").json()["items"]}
    [model] = slugs - set(scene.models)
    detail = client.get(f"/api/v1/models/{model}").json()
    [recipe] = detail["recipes"]
    assert (recipe["runs"], recipe["counted"]) == (1, 1)
    assert recipe["line"].startswith(f"curl -fsSO http://testserver/runs/{ids[1]}/recipe.yaml")
    assert [run["why_not"] for run in detail["incidents"]["runs"]] == ["retracted: wrong recipe"]
    page = shown(client, model)
    assert "arena-runner benchmark recipe.yaml" in page
    assert "no: retracted: wrong recipe" in page
    line = recipe["line"].split(" && ")[0].removeprefix("curl -fsSO http://testserver")
    assert client.get(line).status_code == 200


def test_a_board_on_which_it_does_not_stand_is_refused(client: Client, scene: Scene) -> None:
    refused = client.get(f"/models/{scene.models[0]}/?board=code")
    assert refused.status_code == 400
    assert "board: code is not allowed; text are." in refused.content.decode()
    assert "Recipes" in client.get(f"/models/{scene.models[0]}.md").content.decode()
