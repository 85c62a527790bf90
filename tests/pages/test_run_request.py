"""A run is asked for on the pages: by a visitor, by a member, with a recipe that fits or not."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from arena.accounts.models import Role
from arena.management.embedded_models import provide
from arena.tenancy.models import Tenant
from benchmarks.queries import runs
from benchmarks.queries.runs import Viewer
from tests.pages import run_scene as scene

RECIPE: Final = """model: Qwen/Qwen3-8B
engine: vllm
launch:
  command: vllm serve {model} --port {port}
defaults:
  port: 8000
"""
EVERYBODY: Final = Viewer(sees_all=True)


@pytest.fixture
def embedded(tenant: Tenant, advance_all: Callable[[Tenant], None]) -> Tenant:
    """Return the arena with the embedded models on it."""
    provide(tenant, url="http://127.0.0.1:8901/v1", actor="test")
    advance_all(tenant)
    return tenant


def choices(response: Any, name: str) -> list[str]:
    select = re.search(rf'<select name="{name}".*?</select>', response.content.decode(), re.DOTALL)
    assert select
    return re.findall(r'<option value="([^"]*)"', select[0])


def asked(tenant: Tenant) -> list[Any]:
    return [
        runs.run(tenant=tenant, run_id=job.run_id)
        for job in runs.jobs(tenant=tenant, states=["queued"])
    ]


def test_a_visitor_queues_quick_on_the_arenas_machine_and_sees_it_alone(embedded: Tenant) -> None:
    visitor, stranger = Client(), Client()
    slug = choices(visitor.get("/runs/new/"), "deployment")[0]
    answer = visitor.post("/runs/new/", {"deployment": slug, "consent": "on"})
    run = asked(embedded)[0]

    assert answer.status_code == 302
    assert answer["Location"] == f"/runs/{run.run_id}/"
    assert (run.profile, run.required_tags, run.publish) == ("quick-v1", ("platform",), "named")
    assert run.deployment_slug == slug
    assert "Asked" in scene.words(visitor.get(answer["Location"]))
    assert stranger.get(answer["Location"]).status_code == 404


def test_a_visitor_who_does_not_agree_to_publish_queues_nothing(embedded: Tenant) -> None:
    visitor = Client()
    slug = choices(visitor.get("/runs/new/"), "deployment")[0]

    answer = visitor.post("/runs/new/", {"deployment": slug})

    assert answer.status_code == 400
    assert "This field is required" in scene.words(answer)
    assert asked(embedded) == []


def test_a_visitor_is_counted_by_address(embedded: Tenant) -> None:
    slug = choices(Client().get("/runs/new/"), "deployment")[0]

    answers = [Client().post("/runs/new/", {"deployment": slug, "consent": "on"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 400]
    assert "Wait" in scene.words(answers[2])
    assert len(asked(embedded)) == 2


def test_a_member_queues_a_recipe_for_their_own_machine(
    tenant: Tenant, advance_all: Callable[[Tenant], None]
) -> None:
    ann = scene.person(tenant, "ann")
    machine = scene.machine_of(tenant, ann)
    advance_all(tenant)
    client = scene.browser(ann)

    answer = client.post(
        "/runs/new/",
        {"recipe": RECIPE, "profile": "quick-v1", "where": str(machine.runner_id), "publish": ""},
    )

    assert answer.status_code == 302
    run = asked(tenant)[0]
    assert (run.runner_id, run.publish) == (machine.runner_id, None)
    page = scene.words(client.get(answer["Location"]))
    assert "vllm serve Qwen/Qwen3-8B --port 8000" in page
    assert "Rendered again just now from the recipe: the same bytes." in page


def test_what_is_wrong_with_a_recipe_stands_at_its_line(tenant: Tenant) -> None:
    client = scene.browser(scene.person(tenant, "ann"))
    wrong = RECIPE.replace("engine: vllm", "engine: vlm").replace("{port}", "{prt}")

    answer = client.post(
        "/runs/new/", {"recipe": wrong, "profile": "quick-v1", "where": "any", "publish": ""}
    )

    assert answer.status_code == 400
    assert "Line 2" in scene.words(answer)
    assert "/engine" in scene.words(answer)
    assert asked(tenant) == []


def test_a_recipe_never_runs_on_the_arenas_machine(tenant: Tenant) -> None:
    client = scene.browser(scene.person(tenant, "ann", Role.MEMBER))

    answer = client.post(
        "/runs/new/", {"recipe": RECIPE, "profile": "quick-v1", "where": "platform", "publish": ""}
    )

    assert answer.status_code == 400
    assert "The arena's own machine starts nothing" in scene.words(answer)


def test_only_the_arenas_machine_publishes_beforehand(tenant: Tenant) -> None:
    client = scene.browser(scene.person(tenant, "ann"))

    answer = client.post(
        "/runs/new/", {"recipe": RECIPE, "profile": "quick-v1", "where": "any", "publish": "named"}
    )

    assert answer.status_code == 400
    assert "its owner looks first" in scene.words(answer)
