"""A name that nobody has registered waits for a moderator, and is on no board before."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import benchmarks.queries
from arena.accounts.models import Role, Scope
from arena.eventstore import store
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.commands import UnknownName, decide_name
from benchmarks.events import name_stream
from benchmarks.queries.runs import payload
from tests.benchmarks.runs import manifest
from tests.lanes.scenes import complete_run, import_mirror, program, signed_in
from tests.leaderboards import scenes as boards
from tests.pages import run_scene as scene
from tests.pages.test_battle_pages import words

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


def rows(tenant: Tenant, advance_all: AdvanceAll, client: Client) -> list[dict[str, Any]]:
    advance_all(tenant)
    found: list[dict[str, Any]] = client.get("/api/v1/boards/text/rows").json()["items"]
    return found


def publish(tenant: Tenant, model: str) -> uuid.UUID:
    """Publish a run as its owner does, who is no moderator."""
    run_id, digest = complete_run(tenant, model=model)
    commands.publish_run(
        tenant=tenant, run_id=run_id, attribution="named", licence="CC-BY-4.0",
        payload_sha256=digest, actor="ann",
    )  # fmt: skip
    return run_id


def test_a_published_run_of_an_unknown_name_is_ranked_only_once_it_is_merged(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    boards.open_text_board(tenant)
    commands.register_model(tenant=tenant, name="Alpha 1B Instruct", actor="test")
    run_id = publish(tenant, "alpha-1b")
    assert rows(tenant, advance_all, client) == []
    assert "Alpha 1B" not in words(client.get("/boards/text/"))
    assert benchmarks.queries.deployments(tenant=tenant) == []
    run = words(client.get(f"/runs/{run_id}/"))
    assert "No model is registered by this name" in run
    assert client.get("/models/alpha-1b/").status_code == 404
    place = benchmarks.queries.runs.run(tenant=tenant, run_id=run_id).deployment_slug
    found = f"/runs/?deployment={place}"
    assert f'href="{found}"' in client.get("/models/queue/").content.decode()
    assert client.get(found).status_code == 200
    assert f"/deployments/{place}/" not in client.get(f"/runs/{run_id}/").content.decode()
    for path in ("/deployments/{}/", "/deployments/{}.md", "/sovereignty/of/{}/"):
        assert client.get(path.format(place)).status_code == 404

    moderator = signed_in(tenant, Role.MODERATOR)
    page = words(moderator.get("/models/queue/"))
    assert "Most alike: Alpha 1B Instruct 0.64" in page
    sent = moderator.post(
        "/models/queue/alpha-1b/",
        {"decision": "merged", "into": "alpha-1b-instruct", "reason": "other_spelling"},
    )
    assert (sent.status_code, sent["Location"]) == (303, "/models/queue/")
    [row] = rows(tenant, advance_all, client)
    assert row["model"] == {"slug": "alpha-1b-instruct", "name": "Alpha 1B Instruct"}
    assert row["cells"]["decode_tokens_per_second"]["value"] == pytest.approx(50, abs=0.1)
    assert "No model is registered" not in words(client.get(f"/runs/{run_id}/"))
    assert "Also called alpha-1b" in words(client.get("/models/alpha-1b-instruct/"))
    # A later run under the name joins it, and a file that uses it means the model.
    publish(tenant, "alpha-1b")
    [row] = rows(tenant, advance_all, client)
    assert row["cells"]["decode_tokens_per_second"]["sample"] == 2
    slugs = commands.register_models(tenant=tenant, names=["alpha-1b"], actor="test")
    assert slugs == {"alpha-1b": "alpha-1b-instruct"}


@pytest.mark.parametrize("role", [Role.RUNNER_OWNER, Role.MODERATOR])
def test_what_an_owner_publishes_at_the_front_door_waits_unless_the_owner_moderates(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, role: Role
) -> None:
    boards.open_text_board(tenant)
    owner = scene.person(tenant, "owner", role)
    machine = scene.machine_of(tenant, owner, approved=True)
    wish = {"manifest": manifest(model="Bravo")}
    info = scene.completed(tenant, owner, machine, wish=wish)
    advance_all(tenant)
    browser = scene.browser(owner)
    digest = payload(tenant=tenant, run_id=info.run_id, attribution="named").sha256
    form = {"attribution": "named", "licence": "CC-BY-4.0", "payload_sha256": digest}
    assert browser.post(f"/runs/{info.run_id}/publish/", form).status_code == 302
    found = [row["model"]["name"] for row in rows(tenant, advance_all, client)]
    assert found == (["Bravo"] if role == Role.MODERATOR else [])
    page = words(browser.get(f"/runs/{info.run_id}/"))
    assert ("No model is registered by this name" in page) == (role == Role.RUNNER_OWNER)
    waiting = [name.name for name in benchmarks.queries.names.names(tenant=tenant)]
    assert waiting == ([] if role == Role.MODERATOR else ["Bravo"])


def test_a_name_becomes_a_model_of_its_own_or_is_rejected_and_then_merged(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    boards.open_text_board(tenant)
    commands.register_model(tenant=tenant, name="Known", actor="test")
    for name in ("Delta", "Echo"):
        publish(tenant, name)
    advance_all(tenant)
    api = program(tenant, Scope.MODERATE)
    [delta, echo] = client.get("/api/v1/model-names?status=waiting").json()["items"]
    assert (delta["slug"], delta["origin"], echo["similar"]) == ("delta", "run", [])
    assert echo["deployments"] == ["echo--q4--vllm--1-nodes--self-hosted"]

    def decide(slug: str, **decision: str) -> int:
        path = f"/api/v1/model-names/{slug}/decision"
        return api.post(path, decision, content_type="application/json").status_code

    assert decide("delta", decision="registered", reason="new_weights") == 200
    assert decide("echo", decision="rejected", reason="cannot_be_told") == 200
    assert [row["model"]["name"] for row in rows(tenant, advance_all, client)] == ["Delta"]
    # The same again changes nothing; a rejected name may be decided otherwise, others not.
    before = len(store.read_stream(tenant=tenant, stream=name_stream("delta")))
    assert decide("delta", decision="registered", reason="new_weights") == 200
    assert len(store.read_stream(tenant=tenant, stream=name_stream("delta"))) == before
    assert decide("delta", decision="merged", reason="same_weights", into="known") == 422
    assert decide("echo", decision="merged", reason="same_weights", into="nothing") == 422
    assert decide("echo", decision="merged", reason="same_weights", into="known") == 200
    assert decide("nobody", decision="rejected", reason="not_a_model") == 404
    assert decide("echo", decision="merged", reason="same_weights") == 422
    assert decide("echo", decision="guessed", reason="same_weights") == 422
    found = [row["model"]["name"] for row in rows(tenant, advance_all, client)]
    assert found == ["Delta", "Known"]


def test_only_moderators_decide(tenant: Tenant, advance_all: AdvanceAll) -> None:
    publish(tenant, "Foxtrot")
    advance_all(tenant)
    decision = {"decision": "rejected", "reason": "not_a_model"}
    for role, status in ((Role.MEMBER, 403), (Role.RUNNER_OWNER, 403), (Role.MODERATOR, 303)):
        browser = signed_in(tenant, role)
        assert ("Reject it" in words(browser.get("/models/queue/"))) == (role == Role.MODERATOR)
        assert browser.post("/models/queue/foxtrot/", decision).status_code == status
    stranger = Client()
    assert stranger.post("/models/queue/foxtrot/", decision).status_code == 302
    strict = signed_in(tenant, Role.MODERATOR)
    strict.handler.enforce_csrf_checks = True
    assert strict.post("/models/queue/foxtrot/", decision).status_code == 403
    moderator = signed_in(tenant, Role.ADMIN)
    assert moderator.post("/models/queue/golf/", decision).status_code == 404
    bad = moderator.post("/models/queue/foxtrot/", {"decision": "x", "reason": "y"})
    assert bad.status_code == 422


def test_the_address_of_the_mirror_waits_and_its_claims_stay_off_the_boards(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, tmp_path: Path
) -> None:
    boards.open_text_board(tenant)
    import_mirror(tmp_path)
    advance_all(tenant)
    [name] = benchmarks.queries.names.names(tenant=tenant)
    assert (name.name, name.origin, name.status) == ("discovered:8091", "import", "waiting")
    assert name.slug not in {model.slug for model in benchmarks.queries.models(tenant=tenant)}
    about = [
        claim
        for claim in benchmarks.queries.seed_claims(tenant=tenant, seed="000")
        if claim.deployment_slug == name.deployments[0]
    ]
    assert {(claim.model_slug, claim.model_name) for claim in about} == {(None, "discovered:8091")}
    assert {finding.code for claim in about for finding in claim.findings} == {"unresolved_name"}
    assert client.get("/claims/").status_code == 200
    queue = client.get("/models/queue/").content.decode()
    assert f"no run of {name.deployments[0]} is public" in queue
    assert "/runs/?deployment=" not in queue
    commands.register_model(tenant=tenant, name="Known", actor="test")
    decide_name(
        tenant=tenant, slug=name.slug, decision="merged", into="known", reason="same_weights",
        decided_by="moderator", actor="test",
    )  # fmt: skip
    advance_all(tenant)
    claims = benchmarks.queries.seed_claims(tenant=tenant, model_slug="known")
    assert {claim.status for claim in claims} == {"stated"}
    with pytest.raises(UnknownName):
        decide_name(
            tenant=tenant, slug="no", decision="rejected", reason="not_a_model",
            decided_by="key", actor="test",
        )  # fmt: skip
    with pytest.raises(DomainError, match="final"):
        decide_name(
            tenant=tenant, slug=name.slug, decision="rejected", reason="not_a_model",
            decided_by="key", actor="test",
        )  # fmt: skip
