"""Runs through the front door: from the wish to the board, and who sees what on the way."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from arena.accounts.models import Role
from arena.tenancy.models import Tenant
from arena_runner.contract import profiles, signing
from benchmarks import queries as catalogue
from tests.api.run_agent import Agent
from tests.benchmarks.runs import manifest, point_report

pytestmark = pytest.mark.django_db
Advance = Callable[[Tenant], None]


@pytest.fixture
def agent(tenant: Tenant) -> Agent:
    return Agent(tenant, "ada")


def publish(agent: Agent, run_id: object, attribution: str = "named", **headers: str) -> Any:
    payload = agent.get(f"runs/{run_id}/payload?attribution={attribution}")
    assert payload.status_code == 200
    assert hashlib.sha256(payload.content).hexdigest() == payload["X-Payload-SHA256"]
    body = {"attribution": attribution, "payload_sha256": payload["X-Payload-SHA256"]}
    return agent.post(f"runs/{run_id}/publish", body, **headers)


def test_a_run_from_the_wish_to_the_board(
    tenant: Tenant, agent: Agent, client: Client, advance_all: Advance
) -> None:
    wanted = manifest()
    dry = agent.post("runs/dry-run", {"manifest": wanted.model_dump(mode="json")}).json()
    assert (dry["ok"], dry["problems"], dry["same_identity_runs"]) == (True, [], [])
    lease = agent.lease(wanted)
    beat = lease.send("heartbeat", progress={"point_key": "tg128-c1", "requests_done": 1})
    assert (beat.status_code, beat.json()["cancel"]) == (200, False)
    line = {"at": "2026-11-26T12:00:00Z", "level": "info", "text": "warming up"}
    assert lease.send("log", lines=[line]).status_code == 200
    judged = lease.finish()
    assert (judged["verdict"], judged["trust_level"], judged["reason_codes"]) == (
        "accepted", "T2", [],
    )  # fmt: skip
    assert judged["run_url"].endswith(f"/t/public/runs/{lease.run_id}/")
    advance_all(tenant)
    run = agent.get(f"runs/{lease.run_id}").json()
    assert (run["status"], run["visibility"]) == ("completed", "private")
    assert [attempt["state"] for attempt in run["attempts"]] == ["completed"]
    assert run["job"]["points_done"] == ["tg128-c1"]
    (point,) = agent.get(f"runs/{lease.run_id}/points").json()["items"]
    metrics = {item["metric"]: item["value"] for item in point["measurements"]}
    assert metrics["decode_tokens_per_second"] == pytest.approx(50, rel=0.01)
    assert agent.get(f"runs/{lease.run_id}/log").json()["items"][0]["text"] == "warming up"
    published = publish(agent, lease.run_id)
    assert (published.status_code, published.json()["visibility"]) == (200, "published")
    assert publish(agent, lease.run_id)["Idempotent-Replay"] == "true"
    advance_all(tenant)
    (listed,) = client.get("/api/v1/runs").json()["items"]
    assert (listed["run_id"], listed["runner_id"]) == (str(lease.run_id), str(agent.runner_id))
    assert listed["requested_by"] is None
    report = client.get(f"/api/v1/runs/{lease.run_id}/artifacts/{listed['report_sha256']}")
    envelope = signing.Envelope.model_validate_json(report.content)
    signing.verify(envelope, signing.public_key(agent.private))
    speeds = catalogue.measured_speeds(tenant=tenant)
    assert list(speeds) == [listed["deployment_slug"]]


def test_strangers_and_other_arenas_never_hear_of_a_private_run(
    tenant: Tenant, other_tenant: Tenant, agent: Agent, client: Client, advance_all: Advance
) -> None:
    lease = agent.lease(manifest("a"))
    lease.finish()
    advance_all(tenant)
    state = agent.get(f"runs/{lease.run_id}").json()
    readers = [
        Client(),
        Agent(tenant, "bob").client,
        Agent(other_tenant, "eve", scopes=("read", "runner", "moderate"), role=Role.OWNER).client,
    ]
    for reader, prefix in zip(readers, ("", "", "/t/demo-private"), strict=True):
        assert reader.get(f"{prefix}/api/v1/runs").json()["items"] == []
        for path in (
            "", "/points", "/events", "/payload", "/log",
            f"/artifacts/{state['manifest_sha256']}", f"/artifacts/{state['report_sha256']}",
        ):  # fmt: skip
            answer = reader.get(f"{prefix}/api/v1/runs/{lease.run_id}{path}")
            assert answer.status_code in (401, 404), path
            assert "Alpha" not in answer.content.decode()
        for action in ("cancel", "publish", "retract", "complete", "points", "heartbeat"):
            answer = reader.post(
                f"{prefix}/api/v1/runs/{lease.run_id}/{action}",
                {"reason": "x", "payload_sha256": "0" * 64, **lease.body()},
                content_type="application/json",
            )
            assert answer.status_code in (401, 403, 404, 422), action
    for text in (client.get("/api/v1/models"), client.get("/api/v1/events")):
        assert "alpha" not in text.content.decode().lower(), "the model's name is private too"
    moderator = Agent(
        tenant, "mod", scopes=("read", "runner", "moderate"), role=Role.OWNER
    )  # fmt: skip
    assert moderator.get(f"runs/{lease.run_id}").status_code == 200


def test_an_anonymous_run_tells_nobody_whose_it_is(
    tenant: Tenant, agent: Agent, client: Client, advance_all: Advance
) -> None:
    lease = agent.lease(manifest("a"))
    lease.finish()
    assert publish(agent, lease.run_id, "anonymous").status_code == 200
    advance_all(tenant)
    own = agent.get(f"runs/{lease.run_id}").json()
    assert own["runner_id"] == str(agent.runner_id)
    public = f"/api/v1/runs/{lease.run_id}"
    seen = [
        client.get(path).content.decode()
        for path in (
            public, f"{public}/points", f"{public}/events", "/api/v1/runs",
            f"{public}/artifacts/{own['manifest_sha256']}",
            f"{public}/artifacts/{own['environment_sha256']}",
            f"{public}/artifacts/{own['payload_sha256']}",
        )
    ]  # fmt: skip
    for secret in (str(agent.runner_id), agent.owner, own["key_id"], own["report_sha256"]):
        assert all(secret not in text for text in seen), secret
    hidden = client.get(f"{public}/artifacts/{own['report_sha256']}")
    assert hidden.status_code == 404


def test_a_retracted_run_leaves_a_tombstone_with_the_reason(
    tenant: Tenant, agent: Agent, client: Client, advance_all: Advance
) -> None:
    old, new = agent.lease(manifest("a")), agent.lease(manifest("a"))
    for lease in (old, new):
        lease.finish()
        publish(agent, lease.run_id)
    gone = agent.post(
        f"runs/{old.run_id}/retract",
        {"reason": "a draft model was on", "superseded_by": str(new.run_id)},
    )
    assert gone.status_code == 200
    assert agent.post(f"runs/{old.run_id}/retract", {"reason": "again"})["Idempotent-Replay"]
    advance_all(tenant)
    tombstone = client.get(f"/api/v1/runs/{old.run_id}").json()
    assert tombstone["visibility"] == "retracted"
    assert tombstone["retraction_reason"] == "a draft model was on"
    assert tombstone["superseded_by"] == str(new.run_id)
    for path in ("points", "events", f"artifacts/{tombstone['manifest_sha256']}"):
        assert client.get(f"/api/v1/runs/{old.run_id}/{path}").status_code == 404
    assert agent.get(f"runs/{old.run_id}/points").json()["items"], "the owner keeps it all"


def test_a_lost_reply_is_healed_by_sending_again(tenant: Tenant, agent: Agent) -> None:
    wanted = manifest("a")
    first, again = (agent.ask(wanted, key="same") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again["Idempotent-Replay"] == "true"
    assert first.json()["run_id"] == again.json()["run_id"]
    assert first["Location"] == again["Location"] == f"{agent.api}runs/{first.json()['run_id']}"
    assert agent.ask(manifest("b"), key="same").json()["code"] == "idempotency-conflict"
    lease = agent.claim(wanted)
    report = lease.report(wanted.profile.points[0])
    envelope = lease.envelope((report,))
    for send, statuses in (
        (lease.start, (200, 200)),
        (lambda: lease.record(report), (201, 200)),
        (lambda: lease.complete(envelope), (201, 200)),
    ):
        answers = [send(), send()]
        assert tuple(answer.status_code for answer in answers) == statuses
        assert answers[1]["Idempotent-Replay"] == "true"
        assert {**answers[0].json(), "recorded_at": 0} == {**answers[1].json(), "recorded_at": 0}


def test_a_cancelled_run_is_gone_for_its_runner(tenant: Tenant, agent: Agent) -> None:
    lease = agent.lease(manifest("a"))
    assert agent.post(f"runs/{lease.run_id}/cancel", {"reason": "wrong"}).status_code == 200
    assert lease.send("heartbeat").json()["cancel"] is True
    assert lease.start().json()["code"] == "run-cancelled"
    assert lease.start().status_code == 410


def test_moderators_quarantine_and_release(
    tenant: Tenant, agent: Agent, advance_all: Advance
) -> None:
    lease = agent.lease(manifest())
    lease.finish()
    publish(agent, lease.run_id)
    assert agent.post(f"runs/{lease.run_id}/invalidate", {"reason": "x"}).status_code == 403
    moderator = Agent(tenant, "mod", scopes=("read", "moderate"), role=Role.MODERATOR)
    answer = moderator.post(f"runs/{lease.run_id}/invalidate", {"reason": "faked"})
    assert answer.json()["invalidation_reason"] == "faked"
    advance_all(tenant)
    assert not catalogue.measured_speeds(tenant=tenant)
    answer = moderator.post(f"runs/{lease.run_id}/release", {"reason": "it was not"})
    assert (answer.status_code, answer.json()["invalidation_reason"]) == (200, None)
    advance_all(tenant)
    assert catalogue.measured_speeds(tenant=tenant)


def test_two_owners_that_publish_agreeing_runs_reach_t3(tenant: Tenant, agent: Agent) -> None:
    other = Agent(tenant, "bob")
    leases = []
    for each, speed in ((agent, 50.0), (other, 52.0)):
        lease = each.lease(manifest())
        lease.finish(tokens_per_second=speed)
        # Twins are looked for in the read table.
        from arena.eventstore.projection import advance

        advance(tenant=tenant, name="runs")
        answer = publish(each, lease.run_id)
        advance(tenant=tenant, name="runs")
        leases.append(lease)
    assert answer.json()["trust_level"] == "T3"
    assert agent.get(f"runs/{leases[0].run_id}").json()["trust_level"] == "T3"


def test_an_offline_bundle_and_a_tools_output_come_in(tenant: Tenant, agent: Agent) -> None:
    wanted = manifest("a")
    point = point_report(tenant, wanted.profile.points[0])
    lease = agent.lease(wanted)
    lease.run_id, lease.fence = uuid.uuid4(), 1
    bundle = {"report": lease.envelope((point,)).model_dump(mode="json")}
    first, again = agent.post("runs/import", bundle), agent.post("runs/import", bundle)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json()["trust_level"] == "T2"
    stranger = Agent(tenant, "bob")
    assert stranger.post("runs/import", bundle).json()["code"] == "foreign-runner"
    both = agent.post("runs/import", {**bundle, "tool": "vllm"})
    assert both.json()["errors"][0]["pointer"] == "#"


def test_profiles_and_the_schema_of_recipes_are_public(client: Client, tenant: Tenant) -> None:
    listed = client.get("/api/v1/profiles").json()["items"]
    assert {f"{item['name']}-v{item['version']}" for item in listed} == set(profiles.names())
    newest = client.get("/api/v1/profiles/quick")
    assert newest.json() == json.loads(profiles.load("quick").model_dump_json())
    assert client.get("/api/v1/profiles/none-v1").json()["code"] == "unknown-profile"
    schema = client.get("/api/v1/recipe-schema").json()
    assert schema["properties"]["model"]["type"] == "string"
