"""A run as its owner, a moderator and a stranger see it, from queue to tombstone."""

import html
import re
import uuid
from collections.abc import Callable
from typing import Final

import yaml

from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import samples, signing
from arena_runner.contract.profile import Profile
from arena_runner.contract.recipe_yaml import load_recipe
from arena_runner.contract.report import Canary
from arena_runner.contract.resolve import resolve
from benchmarks import commands
from benchmarks.queries import runs
from benchmarks.state.run import RunInfo
from tests.benchmarks import runs as agent
from tests.pages import run_scene as scene
from workers.commands.runners import revoke_key
from workers.state.runners import RunnerInfo

AdvanceAll = Callable[[Tenant], None]
LOG_LINE: Final = "private-line-of-the-agent"


def test_a_queued_run_is_its_owners_and_the_moderators_alone(
    tenant: Tenant, ann: User, bob: User, advance_all: AdvanceAll
) -> None:
    run_id = scene.queued(tenant, ann, "c1", required_tags=("gb10",))
    advance_all(tenant)
    moderator = scene.person(tenant, "mo", Role.MODERATOR)

    for user, status in ((ann, 200), (moderator, 200), (bob, 404), (None, 404)):
        client = scene.browser(user)
        assert client.get(f"/runs/{run_id}/").status_code == status
        assert ("Alpha 1B" in scene.words(client.get("/runs/"))) == (status == 200)
    board = scene.words(scene.browser(ann).get("/runs/"))
    assert "for a runner with gb10" in board
    assert "0 of 1" in board
    assert "you" in board


def test_the_board_filters_and_refuses_a_state_that_is_none(
    tenant: Tenant, ann: User, done: RunInfo, advance_all: AdvanceAll
) -> None:
    scene.queued(tenant, ann, manifest=agent.manifest("c9", model="Beta 2B"))
    advance_all(tenant)
    client = scene.browser(ann)

    assert "Beta 2B" not in scene.words(client.get("/runs/?state=done"))
    assert "Alpha 1B" not in scene.words(client.get("/runs/?state=queued"))
    assert "Beta 2B" in scene.words(client.get("/runs/?model=beta-2b&whose=mine"))
    assert "No run matches" in scene.words(client.get("/runs/?model=beta-2b&state=done"))
    place = done.deployment_slug
    assert "Beta 2B" not in scene.words(client.get(f"/runs/?deployment={place}"))
    assert "Alpha 1B" in scene.words(client.get(f"/runs/?deployment={place}"))
    for query, allowed in {
        "state=odd": "queued, leased",
        "profile=odd": "nine-v1.1",
        "model=nobody": "alpha-1b, beta-2b",
        "deployment=nowhere": place,
        "whose=theirs": "mine",
        "before=yesterday": "the link to older runs",
    }.items():
        refused = client.get(f"/runs/?{query}")
        assert (refused.status_code, allowed in scene.words(refused)) == (400, True), query
    # What nobody else may see is named to nobody else.
    assert "beta-2b" not in scene.words(scene.browser(None).get("/runs/?model=nobody"))


def test_the_board_is_paged(tenant: Tenant, ann: User, advance_all: AdvanceAll) -> None:
    for _ in range(51):
        scene.queued(tenant, ann, "c1")
    advance_all(tenant)
    client = scene.browser(ann)

    first = client.get("/runs/").content.decode()
    link = html.unescape(re.search(r'href="(\?before=[^"]+)"', first)[1])  # type: ignore[index]
    second = client.get(f"/runs/{link}").content.decode()

    assert first.count("<tr data-run=") == 50 + 1
    assert second.count("<tr data-run=") == 1 + 1


def test_the_page_says_what_was_measured_how_and_how_far_it_can_be_trusted(
    ann: User, done: RunInfo
) -> None:
    client = scene.browser(ann)

    shown = scene.words(client.get(scene.page(done)))

    assert "accepted" in shown
    assert "Trust T2" in shown
    assert "For T3 it lacks: A published run of the same identity by another owner" in shown
    assert "Signature valid : signed by the current key of this runner" in shown
    assert "50.0" in shown
    assert "95 % interval" in shown
    assert done.identity_sha256 in shown
    assert "RunCompleted" in shown
    assert "p95 needs 72" in shown
    assert "style=" not in client.get(scene.page(done)).content.decode()


def test_a_run_leads_to_its_deployment_and_a_public_one_to_its_events(
    tenant: Tenant, ann: User, done: RunInfo, advance_all: AdvanceAll
) -> None:
    client = scene.browser(ann)
    commands.register_model(tenant=tenant, name=done.model_name, actor="test")
    advance_all(tenant)
    events = f"/api/v1/runs/{done.run_id}/events"
    assert events not in client.get(scene.page(done)).content.decode()
    scene.published(tenant, done, ann)
    advance_all(tenant)
    page = client.get(scene.page(done)).content.decode()
    for path in (f"/deployments/{done.deployment_slug}/", events):
        assert f'href="{path}"' in page
        assert client.get(path).status_code == 200


def test_the_line_and_the_recipe_measure_the_same_thing(ann: User, done: RunInfo) -> None:
    client = scene.browser(ann)

    recipe = load_recipe(
        client.get(f"{scene.page(done)}recipe.yaml").content.decode(), "recipe.yaml"
    )

    profile = Profile.model_validate(
        yaml.safe_load(client.get(f"{scene.page(done)}profile.yaml").content)
    )

    assert resolve(recipe, profile).identity_sha256 == done.identity_sha256
    line = "arena-runner benchmark recipe.yaml --profile profile.yaml --endpoint"
    assert line in scene.words(client.get(scene.page(done)))


def test_what_fails_a_check_names_what_the_next_level_lacks(
    tenant: Tenant, ann: User, spark: RunnerInfo
) -> None:
    info = scene.completed(
        tenant, ann, spark, "c1", changes={"canary": Canary(passed=False, expected="4")}
    )

    shown = scene.words(scene.browser(ann).get(scene.page(info)))

    assert "quarantined" in shown
    assert "canary_failed : the model did not give the known answer" in shown
    assert "Trust T1" in shown


def test_raw_files_are_what_was_uploaded_and_no_others(
    tenant: Tenant, ann: User, bob: User, done: RunInfo
) -> None:
    client = scene.browser(ann)
    state = runs.run_state(tenant=tenant, run_id=done.run_id)
    digest = state.points["c1"].samples_sha256

    answer = client.get(f"{scene.page(done)}files/{digest}/")

    assert samples.content_id(answer.content) == digest
    assert answer["Content-Disposition"] == 'attachment; filename="c1.samples.jsonl.gz"'
    assert client.get(f"{scene.page(done)}files/{'0' * 64}/").status_code == 404
    assert scene.browser(bob).get(f"{scene.page(done)}files/{digest}/").status_code == 404


def test_a_revoked_key_is_said_so(
    tenant: Tenant, ann: User, done: RunInfo, spark: RunnerInfo
) -> None:
    revoke_key(
        tenant=tenant, runner_id=spark.runner_id, key_id=signing.key_id(
            signing.public_key(scene.KEY)
        ), reason="stolen", actor="test",
    )  # fmt: skip

    assert "Signature revoked" in scene.words(scene.browser(ann).get(scene.page(done)))


def test_what_the_agent_said_is_for_the_owner_alone(
    tenant: Tenant, ann: User, spark: RunnerInfo
) -> None:
    run_id = scene.queued(tenant, ann, "c1")
    claimed = agent.claim(tenant, run_id, spark.runner_id)
    commands.add_log_lines(
        tenant=tenant, run_id=run_id, runner_id=spark.runner_id, fence=claimed.fence,
        lines=[commands.Line(at=agent.START, level="info", text=LOG_LINE)],
    )  # fmt: skip
    wanted = agent.manifest("c1")
    points = agent.measure(tenant, claimed, spark.runner_id, wanted)
    assert points
    own = scene.words(scene.browser(ann).get(f"/runs/{run_id}/"))

    assert LOG_LINE in own
    assert "Attempts" in own


def test_a_run_of_another_arena_is_not_here(
    tenant: Tenant, other_tenant: Tenant, ann: User, done: RunInfo
) -> None:
    scene.published(tenant, done, ann)
    member = scene.person(other_tenant, "member", Role.ADMIN)

    assert scene.browser(member).get(f"/t/demo-private{scene.page(done)}").status_code == 404
    assert scene.browser().get(f"/runs/{uuid.uuid4()}/").status_code == 404
