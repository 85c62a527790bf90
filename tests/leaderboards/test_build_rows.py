"""A model whose builds really battled: their ratings stand wherever one is shown."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from arena.eventstore.projection import rebuild
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks.commands import register_deployment
from leaderboards.columns import COLUMNS
from leaderboards.draws import Measure
from leaderboards.figures import figures
from leaderboards.history import fit_as_of
from leaderboards.models import RatingFit
from leaderboards.queries import board_table
from tests import battles
from tests.leaderboards import scenes
from tests.leaderboards.built import board
from tests.stored_tables import rows as stored
from voting import queries
from voting.commands import (
    Ballot,
    cast_vote,
    enter_contestant,
    recategorise_vote,
    retire_contestant,
    set_rating_policy,
)
from voting.models import DeploymentCount

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
VOTES = 12
PROMPT = "Write a Python function that adds two numbers."


@pytest.fixture(autouse=True)
def _few_votes_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A battle takes a while; test_builds.py has the least number as it is."""
    monkeypatch.setattr("leaderboards.builds.LEAST_VOTES", VOTES)


class Scene(NamedTuple):
    """Deployments by how they are called here, where one had battled, and the last battle."""

    model: str
    places: dict[str, str]
    half_way: int
    last: Any


def _place(tenant: Tenant, model: str, quantization: str | None, hardware: str) -> str:
    return register_deployment(
        tenant=tenant, model_slug=model, quantization=quantization, hardware=hardware, actor="test"
    )


def _fight(tenant: Tenant, advance_all: AdvanceAll, model: str, place: str, *, won: int) -> Any:
    """Let one deployment battle against the other model alone, and win so many of VOTES."""
    enter_contestant(tenant=tenant, board="text", deployment_slug=place, actor="test")
    advance_all(tenant)
    for number in range(VOTES):
        battle_id = battles.answered(tenant, prompt=PROMPT)
        is_left = queries.assignment(tenant=tenant, battle_id=battle_id).model_a == model
        cast_vote(
            tenant=tenant, battle_id=battle_id, voter=battles.VOTER, actor="test",
            ballot=Ballot(winner="model_a" if is_left == (number < won) else "model_b"),
        )  # fmt: skip
    retire_contestant(
        tenant=tenant, board="text", deployment_slug=place, reason="It is done.", actor="test"
    )
    return battle_id


def _scene(tenant: Tenant, advance_all: AdvanceAll) -> Scene:
    battles.contest(tenant, ["Opponent"])
    set_rating_policy(tenant=tenant, policy=scenes.rank_everybody("text"), actor="test")
    [model] = scenes.models(tenant, "Model")
    places = {
        "Q8": _place(tenant, model, "Q8_0", "Box"),
        "Q4": _place(tenant, model, "Q4_K_M", "Box"),
        "twin": _place(tenant, model, "Q4_K_M", "Another box"),
        "Q2": _place(tenant, model, "Q2_K", "Box"),
        "unstated": _place(tenant, model, None, "Box"),
    }
    _fight(tenant, advance_all, model, places["Q8"], won=10)
    half_way = log_head(tenant=tenant).position
    last = _fight(tenant, advance_all, model, places["Q4"], won=2)
    advance_all(tenant)
    return Scene(model, places, half_way, last)


def _cells(tenant: Tenant, scene: Scene, column: str = "rating", board: str = "text") -> Any:
    slugs = {slug: name for name, slug in scene.places.items()}
    return {
        slugs[row["key"].partition(":")[2]]: row["cells"][column]
        for row in board_table(tenant=tenant, board=board).rows
        if row["model"]["slug"] == scene.model
    }


def _check_rows(tenant: Tenant, scene: Scene) -> None:
    cells = _cells(tenant, scene)
    q8, q4, twin = cells["Q8"], cells["Q4"], cells["twin"]
    # 10 of 12 won is log10(5) x 400 above an opponent that stands where the whole model does.
    assert (q8["value"], q4["value"]) == (
        pytest.approx(1279.6, abs=0.1),
        pytest.approx(720.4, abs=0.1),
    )
    assert q8["lower"] < q8["value"] < q8["upper"]
    assert (q8["build"], q8["sample"], q8["suffix"]) == ("Q8_0", VOTES, "‡")
    assert q8["note"].startswith("of the Q8_0 build alone, 12 votes, 280 ± ")
    assert q8["note"].endswith(
        "above its model (builds differ, p = 0.003); tier and P(first) are the model's"
    )
    assert twin["value"] == q4["value"]
    assert twin["suffix"] == "†‡"
    assert twin["note"].endswith("votes on a sibling deployment: Q4_K_M · Box")
    assert q8["of_model"]["value"] == pytest.approx(1000, abs=0.01)
    assert q8["of_model"]["sample"] == 2 * VOTES
    for name, why in (("Q2", "of the Q2_K build: no votes"), ("unstated", "is not stated")):
        assert cells[name]["value"] == pytest.approx(1000, abs=0.01)
        assert "build" not in cells[name]
        assert cells[name]["suffix"] == "†"
        assert why in cells[name]["note"]
    assert "all its builds" in _cells(tenant, scene, "rank_one")["Q8"]["note"]
    assert "all its builds" in _cells(tenant, scene, "controlled_rating")["Q8"]["note"]
    ratings = [
        row["cells"]["rating"]["value"] for row in board_table(tenant=tenant, board="text").rows
    ]
    assert ratings == sorted(ratings, key=lambda value: -float(value or 0))
    assert {row["tier"] for row in board_table(tenant=tenant, board="text").rows} == {1}


def _check_pages(client: Client, tenant: Tenant, scene: Scene) -> None:
    q8, q4, twin = (f"deployment:{scene.places[name]}" for name in ("Q8", "Q4", "twin"))
    drawer = client.get(f"/boards/text/cells/{q8}/rating/").content.decode()
    assert "<b>Told apart.</b>" in drawer
    assert "p = 0.003" in drawer
    assert "builds-1" in drawer
    assert "‡" in client.get("/boards/text/").content.decode()
    found = client.get(f"/api/v1/compare?board=text&row={q8}&row={q4}&row={twin}").json()
    pairs = {(pair["first"], pair["second"]): pair for pair in found["pairs"]}
    assert pairs[q8, q4]["difference"]["elo"] == pytest.approx(559.2, abs=0.1)
    assert pairs[q8, q4]["p_adjusted"] < 0.05
    assert pairs[q4, twin]["missing"] == "one rating: these deployments share it"
    shared = {
        row["key"]: found.shared
        for row in board_table(tenant=tenant, board="text").rows
        if isinstance(found := figures([row], COLUMNS[0], "measured")[0], Measure)
    }
    assert (shared[q8], shared[q4]) == ("model@Q8_0", "model@Q4_K_M")
    assert shared[twin] == shared[q4]
    opened = client.get(f"/models/{scene.model}/")
    [standing] = [one for one in opened.context["standings"] if one.info.slug == "text"]
    assert (standing.rating.text, standing.rating.suffix) == ("1000", "")
    page = opened.content.decode()
    assert "Votes tell builds of this model apart" in page
    assert "1280 ‡" in page
    changes = client.get(f"/boards/text/changes/?from={scene.half_way}").content.decode()
    assert "Elo rates</a> the model → its Q8_0 build alone" in changes
    floor = client.get("/api/v1/calculator?board=text&elo=1100&input=1000&output=1000").json()
    assert [item["deployment"] for item in floor["candidates"]] == [scene.places["Q8"]]


def test_builds_that_differ_have_ratings_of_their_own_wherever_one_is_shown(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    scene = _scene(tenant, advance_all)
    _check_rows(tenant, scene)
    _check_pages(client, tenant, scene)
    head = log_head(tenant=tenant).position
    live = client.get("/api/v1/boards/text/rows?limit=200").content
    assert client.get(f"/api/v1/boards/text/rows?limit=200&as_of={head}").content == live
    kept = RatingFit.objects.filter(board="text").latest("id")
    assert [row["quantization"] for row in kept.builds[0]["rated"]] == ["Q4_K_M", "Q8_0"]
    again = fit_as_of(tenant=tenant, board="text", position=head)
    assert again.inputs_sha256 == kept.inputs_sha256
    assert again.builds.tests[scene.model].is_apart
    past = client.get(f"/boards/text/cells/deployment:{scene.places['Q8']}/rating/?as_of={head}")
    assert "<b>Told apart.</b>" in past.content.decode()
    # Filed anew, a vote leaves a category with its deployments, and joins another.
    assert _cells(tenant, scene, board="text--code")["Q4"]["sample"] == VOTES
    recategorise_vote(
        tenant=tenant, battle_id=scene.last, categories=["maths"], language="de", actor="test"
    )
    advance_all(tenant)
    counted = stored(tenant, DeploymentCount)
    votes = dict.fromkeys(("text", "text--code", "text--maths"), 0)
    for row in counted:
        if row["board"] in votes:
            votes[row["board"]] += row["wins_a"] + row["wins_b"]
    assert votes == {"text": 2 * VOTES, "text--code": 2 * VOTES - 1, "text--maths": 1}
    assert "build" not in _cells(tenant, scene, board="text--code")["Q4"]
    drawer = client.get(f"/boards/text--code/cells/deployment:{scene.places['Q4']}/rating/")
    assert "<b>Not told apart.</b> Fewer than two builds" in drawer.content.decode()
    assert "too few votes to be rated alone" in drawer.content.decode()
    rebuild(tenant=tenant, name="pair_counts")
    assert stored(tenant, DeploymentCount) == counted
    after = log_head(tenant=tenant).position
    for slug in ("text", "text--code"):
        live = client.get(f"/api/v1/boards/{slug}/rows?limit=200").content
        then = client.get(f"/api/v1/boards/{slug}/rows?limit=200&as_of={after}").content
        assert then == live, slug


def test_the_drawer_tells_of_builds_that_are_not_told_apart(rf: RequestFactory) -> None:
    found = board({("Q8", "a"): (17, 13, 0), ("Q4", "a"): (14, 16, 2), ("Q2", "a"): (3, 0, 0)}, {})
    told = {"builds": found.test}
    page = render_to_string("leaderboards/_builds.html", {"grounds": told}, rf.get("/"))
    assert "<b>Not told apart.</b>" in page
    assert "with 1 degree of freedom" in page
    assert "every build has the rating of the model" in page
    assert "won every vote, so the votes set no upper limit" in page
    nothing = render_to_string("leaderboards/_builds.html", {"grounds": {"builds": None}})
    assert "Not tested" in nothing
