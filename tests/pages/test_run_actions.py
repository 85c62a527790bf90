"""What owners and moderators do with a run: publish, retract, cancel, confirm, judge."""

import json
from collections.abc import Callable
from typing import Final

from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from arena_runner.contract import samples, signing
from benchmarks.queries import runs
from benchmarks.state.run import RunInfo
from tests.benchmarks import runs as agent
from tests.pages import run_scene as scene
from workers.state.runners import RunnerInfo

AdvanceAll = Callable[[Tenant], None]
LOG_LINE: Final = "private-line-of-the-agent"


def test_exactly_the_bytes_that_were_shown_become_public(
    tenant: Tenant, ann: User, bob: User, done: RunInfo
) -> None:
    client = scene.browser(ann)
    shown = client.get(f"{scene.page(done)}payload/?attribution=named")
    raw = client.get(f"{scene.page(done)}payload/?attribution=named&raw=yes").content
    digest = samples.content_id(raw)
    assert digest in scene.words(shown)
    assert json.loads(raw)["run"]["run_id"] == str(done.run_id)
    wanted = {"attribution": "named", "licence": "CC0-1.0", "payload_sha256": digest}

    changed = client.post(f"{scene.page(done)}publish/", {**wanted, "payload_sha256": "0" * 64})
    foreign = scene.browser(bob).post(f"{scene.page(done)}publish/", wanted)
    answer = client.post(f"{scene.page(done)}publish/", wanted)
    public = runs.run(tenant=tenant, run_id=done.run_id)

    assert changed.status_code == 400
    assert "Look at it again" in scene.words(changed)
    assert foreign.status_code == 404
    assert answer.status_code == 302
    assert (public.visibility, public.licence, public.payload_sha256) == (
        "published", "CC0-1.0", digest,
    )  # fmt: skip
    assert scene.browser().get(scene.page(done)).status_code == 200


def test_an_anonymous_run_names_neither_runner_nor_owner_nor_key(
    tenant: Tenant, ann: User, spark: RunnerInfo, done: RunInfo, advance_all: AdvanceAll
) -> None:
    scene.published(tenant, done, ann, "anonymous")
    advance_all(tenant)
    stranger = scene.browser()

    everything = (
        stranger.get(scene.page(done)).content.decode() + stranger.get("/runs/").content.decode()
    )

    for secret in ("Annas Spark", str(spark.runner_id), spark.keys[0].key_id, str(ann.actor_id)):
        assert secret not in everything
    assert "Signature withheld" in scene.words(stranger.get(scene.page(done)))
    assert "Annas Spark" in scene.words(scene.browser(ann).get(scene.page(done)))


def test_a_retracted_run_leaves_a_tombstone_with_its_reason(
    tenant: Tenant, ann: User, done: RunInfo, advance_all: AdvanceAll
) -> None:
    scene.published(tenant, done, ann)
    client = scene.browser(ann)
    without = client.post(f"{scene.page(done)}retract/", {"reason": ""})
    client.post(f"{scene.page(done)}retract/", {"reason": "the fan was broken"})
    stranger = scene.browser()
    tomb = scene.words(stranger.get(scene.page(done)))

    assert without.status_code == 400
    assert "the fan was broken" in tomb
    assert "50.0" not in tomb
    assert stranger.get(f"{scene.page(done)}recipe.yaml").status_code == 404
    digest = runs.run_state(tenant=tenant, run_id=done.run_id).points["c1"].samples_sha256
    assert stranger.get(f"{scene.page(done)}files/{digest}/").status_code == 404
    assert "Retracted by its owner" in scene.words(client.get(scene.page(done)))


def test_a_run_is_cancelled_by_its_owner_only(
    tenant: Tenant, ann: User, bob: User, spark: RunnerInfo
) -> None:
    run_id = scene.queued(tenant, ann, "c1")
    path = f"/runs/{run_id}/cancel/"

    foreign = scene.browser(bob).post(path, {"reason": "mine now"})
    scene.browser(ann).post(path, {"reason": "a wrong model"})

    assert foreign.status_code == 404
    assert runs.run(tenant=tenant, run_id=run_id).status == "cancelled"
    assert "a wrong model" in scene.words(scene.browser(ann).get(f"/runs/{run_id}/"))


def test_a_moderator_invalidates_and_releases(tenant: Tenant, ann: User, done: RunInfo) -> None:
    moderator = scene.browser(scene.person(tenant, "mo", Role.MODERATOR))
    scene.published(tenant, done, ann)

    moderator.post(f"{scene.page(done)}invalidate/", {"reason": "two machines on one meter"})
    invalidated = scene.words(scene.browser().get(scene.page(done)))
    moderator.post(f"{scene.page(done)}release/", {"reason": "they were not"})

    assert "two machines on one meter" in invalidated
    assert runs.run(tenant=tenant, run_id=done.run_id).counts
    for action in ("invalidate", "release"):
        answer = scene.browser(ann).post(f"{scene.page(done)}{action}/", {"reason": "x"})
        assert answer.status_code == 403


def test_two_owners_who_agree_raise_each_other_to_t3(
    tenant: Tenant, ann: User, bob: User, done: RunInfo, advance_all: AdvanceAll
) -> None:
    scene.published(tenant, done, ann)
    key = signing.new_private_key()
    machine = scene.machine_of(tenant, bob, key=key, name="Bobs box")
    advance_all(tenant)
    client = scene.browser(bob)

    client.post(f"{scene.page(done)}reproduce/", {"runner": str(machine.runner_id)})
    ask = runs.jobs(tenant=tenant, states=["queued"])[0]
    assert ask.runner_id == machine.runner_id
    assert runs.run(tenant=tenant, run_id=ask.run_id).reproduces == done.run_id
    wanted = agent.manifest("c1", "c2")
    other = scene.completed(tenant, bob, machine, key=key, wish={"manifest": wanted}, ttft_ms=210.0)
    advance_all(tenant)
    digest = runs.payload(tenant=tenant, run_id=other.run_id, attribution="named").sha256
    client.post(
        f"/runs/{other.run_id}/publish/",
        {"attribution": "named", "licence": "CC-BY-4.0", "payload_sha256": digest},
    )

    for info in (done, other):
        assert runs.run(tenant=tenant, run_id=info.run_id).trust_level == "T3"
    assert str(other.run_id) in scene.words(scene.browser().get(scene.page(done)))
