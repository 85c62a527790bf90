"""What becomes public of a run: nothing by itself, what its owner was shown, and what agrees."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from arena.eventstore import store
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.report import Canary
from benchmarks import commands
from benchmarks import queries as catalogue
from benchmarks.commands import Signer
from benchmarks.events import run_stream
from benchmarks.queries import runs
from benchmarks.state.refusals import RunRefused
from tests.benchmarks.finished import KEY, OTHER, RUNNER, SIGNER, finish, measured_run
from tests.benchmarks.runs import (
    ACTOR,
    manifest,
    signed,
)

pytestmark = pytest.mark.django_db
AdvanceAll = Callable[[Tenant], None]


def refusal(action: Callable[[], object]) -> RunRefused:
    with pytest.raises(RunRefused) as refused:
        action()
    return refused.value


def types(tenant: Tenant, run_id: uuid.UUID) -> list[str]:
    return [item.type for item in store.read_stream(tenant=tenant, stream=run_stream(run_id))]


def test_a_published_run_brings_its_model_and_speed_to_the_board(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    claimed, report = measured_run(tenant, manifest())
    info, _ = finish(tenant, claimed, signed(report, KEY))
    shown = runs.payload(tenant=tenant, run_id=claimed.run_id, attribution="named")
    wish: dict[str, Any] = {
        "tenant": tenant, "run_id": claimed.run_id, "attribution": "named",
        "licence": "CC-BY-4.0", "actor": ACTOR, "registers": True,
    }  # fmt: skip
    assert (
        refusal(lambda: commands.publish_run(**wish, payload_sha256="0" * 64)).code
        == "payload-changed"
    )
    published, is_new = commands.publish_run(**wish, payload_sha256=shown.sha256)
    assert is_new
    assert commands.publish_run(**wish, payload_sha256=shown.sha256) == (published, False)
    assert runs.artifact(tenant=tenant, sha256=shown.sha256).content == shown.content
    advance_all(tenant)
    assert [model.name for model in catalogue.models(tenant=tenant)] == ["Alpha 1B"]
    deployment = catalogue.deployment(tenant=tenant, slug=info.deployment_slug)
    assert (deployment.engine, deployment.operator) == ("vllm", "self-hosted")
    speed = runs.measured_speeds(tenant=tenant)[info.deployment_slug]
    assert speed.tokens_per_second == pytest.approx(50.0, rel=0.01)
    assert speed.run_ids == (claimed.run_id,)
    _, is_new = commands.retract_run(
        tenant=tenant, run_id=claimed.run_id, reason="a draft model was on", actor=ACTOR
    )
    assert is_new
    advance_all(tenant)
    assert not runs.measured_speeds(tenant=tenant)
    assert (
        refusal(lambda: commands.publish_run(**wish, payload_sha256=shown.sha256)).code
        == "not-publishable"
    )


def test_a_profile_of_ones_own_brings_no_speed_to_the_board(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    claimed, report = measured_run(tenant, manifest("tg128-c1"))
    finish(tenant, claimed, signed(report, KEY))
    shown = runs.payload(tenant=tenant, run_id=claimed.run_id, attribution="named")
    commands.publish_run(
        tenant=tenant, run_id=claimed.run_id, attribution="named", licence="CC-BY-4.0",
        payload_sha256=shown.sha256, actor=ACTOR,
    )  # fmt: skip
    advance_all(tenant)
    assert not runs.measured_speeds(tenant=tenant)


def test_the_arenas_own_machine_publishes_what_the_requester_decided(tenant: Tenant) -> None:
    platform = Signer(runner_id=RUNNER, public_key=SIGNER.public_key, origin="platform")
    claimed, report = measured_run(tenant, manifest("a"), publish="anonymous")
    info, _ = finish(tenant, claimed, signed(report, KEY), signer=platform)
    assert (info.visibility, info.attribution, info.trust_level) == ("published", "anonymous", "T4")
    assert info.payload_sha256 is not None
    assert runs.artifact(tenant=tenant, sha256=info.payload_sha256).kind == "payload"
    claimed, report = measured_run(tenant, manifest("a"), publish="named")
    bad = report.model_copy(update={"canary": Canary(passed=False, expected="4")})
    held, _ = finish(tenant, claimed, signed(bad, KEY), signer=platform)
    assert (held.verdict, held.visibility) == ("quarantined", "private")
    released, _ = commands.release_run(
        tenant=tenant, run_id=held.run_id, reason="looked at", actor="mod", is_platform=True
    )
    assert (released.verdict, released.visibility) == ("accepted", "published")
    claimed, report = measured_run(tenant, manifest("a"), publish="named")
    info, _ = finish(tenant, claimed, signed(report, KEY))
    assert info.visibility == "private", "an owner decides with the payload in view"


def test_two_owners_that_agree_raise_each_other_to_t3(tenant: Tenant) -> None:
    wanted = manifest()
    other_key = signing.new_private_key()
    other = Signer(runner_id=OTHER, public_key=signing.public_key(other_key), origin="owner")
    ids = []
    for signer, key, speed in (
        (SIGNER, KEY, 50.0), (other, other_key, 54.0), (other, other_key, 80.0),
    ):  # fmt: skip
        claimed, report = measured_run(
            tenant, wanted, runner=signer.runner_id, tokens_per_second=speed
        )
        finish(tenant, claimed, signed(report, key), signer=signer)
        ids.append(claimed.run_id)

    def confirm(first: int, second: int, owners: tuple[str, str] = ("ann", "bob")) -> bool:
        return commands.confirm_reproduction(
            tenant=tenant, run_id=ids[first], by_run_id=ids[second], owners=owners, actor="x"
        )

    assert not confirm(0, 1), "what nobody can look at confirms nothing"
    for run_id in ids:
        shown = runs.payload(tenant=tenant, run_id=run_id, attribution="named")
        commands.publish_run(
            tenant=tenant, run_id=run_id, attribution="named", licence="CC-BY-4.0",
            payload_sha256=shown.sha256, actor=ACTOR,
        )  # fmt: skip
    assert not confirm(0, 1, owners=("ann", "ann"))
    assert not confirm(0, 2), "60 % apart"
    assert confirm(0, 1)
    assert not confirm(0, 1), "once"
    for run_id, by in ((ids[0], ids[1]), (ids[1], ids[0])):
        info = runs.run(tenant=tenant, run_id=run_id)
        assert (info.trust_level, info.reproduced_by) == ("T3", (by,))
    assert runs.run(tenant=tenant, run_id=ids[2]).trust_level == "T2"
