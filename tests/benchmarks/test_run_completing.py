"""The end of a run: the signed report, the verdict, and what becomes public of it."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from arena.eventstore import store
from arena.eventstore.domain import IdempotencyConflict
from arena.tenancy.models import Tenant
from arena_runner.contract import signing
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.report import Canary, Report, SelfTest, StateGate
from benchmarks import commands
from benchmarks import queries as catalogue
from benchmarks.commands import Claimed, Signer
from benchmarks.events import run_stream
from benchmarks.models import Artifact
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo
from benchmarks.state.refusals import RunRefused
from tests.benchmarks.runs import (
    ACTOR,
    START,
    ask,
    claim,
    manifest,
    measure,
    point_report,
    report_of,
    signed,
    upload,
)

pytestmark = pytest.mark.django_db
AdvanceAll = Callable[[Tenant], None]
RUNNER, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
KEY = signing.new_private_key()
LLAMA_BENCH = Path(__file__).parents[1] / "runner" / "tools" / "data" / "llama_bench.json"
SIGNER = Signer(runner_id=RUNNER, public_key=signing.public_key(KEY), origin="owner")


def finish(
    tenant: Tenant,
    claimed: Claimed,
    envelope: signing.Envelope,
    *,
    signer: Signer = SIGNER,
) -> tuple[RunInfo, bool]:
    return commands.complete_run(
        tenant=tenant, run_id=claimed.run_id, runner_id=signer.runner_id, fence=claimed.fence,
        envelope=envelope, signer=signer, actor=ACTOR,
    )  # fmt: skip


def measured_run(
    tenant: Tenant, wanted: Manifest, *, runner: uuid.UUID = RUNNER, **wish: Any
) -> tuple[Claimed, Report]:
    """Return a run with all points recorded, and its report."""
    speed = wish.pop("tokens_per_second", 50.0)
    run_id = ask(tenant, manifest=wanted, **wish)
    claimed = claim(tenant, run_id, runner)
    points = measure(tenant, claimed, runner, wanted, tokens_per_second=speed)
    return claimed, report_of(claimed, runner, wanted, points)


def refusal(action: Callable[[], object]) -> RunRefused:
    with pytest.raises(RunRefused) as refused:
        action()
    return refused.value


def types(tenant: Tenant, run_id: uuid.UUID) -> list[str]:
    return [item.type for item in store.read_stream(tenant=tenant, stream=run_stream(run_id))]


def test_a_run_with_all_points_is_accepted_and_stays_private(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    wanted = manifest()
    claimed, report = measured_run(tenant, wanted)
    envelope = signed(report, KEY)
    info, is_new = finish(tenant, claimed, envelope)
    assert is_new
    assert (info.status, info.verdict, info.reason_codes) == ("completed", "accepted", ())
    assert (info.trust_level, info.visibility, info.key_id) == ("T2", "private", envelope.key_id)
    assert finish(tenant, claimed, envelope) == (info, False), "a lost answer is healed"
    assert types(tenant, claimed.run_id)[-2:] == ["RunCompleted", "RunAssessed"]
    advance_all(tenant)
    assert not catalogue.models(tenant=tenant), "nobody learns the name of a private run's model"
    assert not runs.measured_speeds(tenant=tenant)
    stored = runs.artifact(tenant=tenant, sha256=info.report_sha256 or "")
    signing.verify(signing.Envelope.model_validate_json(stored.content), SIGNER.public_key)


def test_another_report_of_a_complete_run_is_refused(tenant: Tenant) -> None:
    claimed, report = measured_run(tenant, manifest("a"))
    finish(tenant, claimed, signed(report, KEY))
    changed = report.model_copy(update={"canary": None})
    with pytest.raises(IdempotencyConflict):
        finish(tenant, claimed, signed(changed, KEY))


@pytest.mark.parametrize(
    ("changes", "verdict", "codes", "level"),
    [
        ({"canary": Canary(passed=False, expected="4")}, "quarantined", ("canary_failed",), "T1"),
        (
            {
                "self_test": SelfTest(
                    ttft_true_ms=200, ttft_measured_ms=400, rate_true_tokens_per_second=50,
                    rate_measured_tokens_per_second=50,
                )
            },
            "quarantined", ("self_test_failed",), "T1",
        ),
        ({"state_gate": StateGate(passed=False, warnings=("hot",))}, "accepted", (), "T1"),
        ({"canary": None}, "accepted", (), "T1"),
    ],
)  # fmt: skip
def test_what_a_report_lacks_costs_trust_or_quarantines(
    tenant: Tenant, changes: dict[str, Any], verdict: str, codes: tuple[str, ...], level: str
) -> None:
    claimed, report = measured_run(tenant, manifest("a"))
    info, _ = finish(tenant, claimed, signed(report.model_copy(update=changes), KEY))
    assert (info.verdict, info.reason_codes, info.trust_level) == (verdict, codes, level)


def test_a_report_that_is_not_this_attempts_is_refused_with_a_pointer(tenant: Tenant) -> None:
    wanted = manifest("a", "b")
    claimed, report = measured_run(tenant, wanted)
    payload = report.model_dump(mode="json")
    first, second = payload["points"]
    stranger = signing.new_private_key()

    def sent(**changes: Any) -> signing.Envelope:
        return signing.sign(payload | changes, KEY)

    forged = signed(report, KEY).model_copy(update={"payload": payload | {"attempt": 7}})
    cases = {
        "signed by a stranger": (signing.sign(payload, stranger), "bad-signature", "signature"),
        "changed after signing": (forged, "bad-signature", "signature"),
        "of another run": (sent(run_id=str(uuid.uuid4())), "invalid-report", "payload/run_id"),
        "of another attempt": (sent(attempt=2), "invalid-report", "payload/attempt"),
        "of another lease": (sent(fence=9), "invalid-report", "payload/fence"),
        "of another runner": (sent(runner_id=str(OTHER)), "foreign-runner", "payload/runner_id"),
        "a point is missing": (
            sent(points=[first]), "invalid-report", "payload/points",
        ),
        "a point twice": (
            sent(points=[first, second, first]), "invalid-report",
            "payload/points/2/key",
        ),
        "other samples": (
            sent(points=[first | {"samples_sha256": "f" * 64}, second]),
            "invalid-report", "payload/points/0/samples_sha256",
        ),
        "negative time": (
            sent(points=[first | {"client_cpu_seconds": -1}, second]),
            "invalid-report", "payload/points/0/client_cpu_seconds",
        ),
        "a text for a number": (
            sent(points=[first | {"sample_count": "many"}, second]),
            "invalid-report", "payload/points/0/sample_count",
        ),
        "no offset": (
            sent(started_at="2026-11-26T12:00:00"), "invalid-report", "payload/started_at",
        ),
        "another manifest": (
            sent(manifest=manifest("a", "b", model="Beta").model_dump(mode="json")),
            "identity-conflict", "payload/manifest",
        ),
        "an unknown field": (sent(score=1), "invalid-report", "payload/score"),
    }  # fmt: skip
    for name, (envelope, code, pointer) in cases.items():
        refused = refusal(lambda sent=envelope: finish(tenant, claimed, sent))  # type: ignore[misc]
        assert refused.code == code, name
        assert f"/report/{pointer}" in {fault.pointer for fault in refused.faults}, name
    assert "RunCompleted" not in types(tenant, claimed.run_id)
    assert finish(tenant, claimed, signed(report, KEY))[1], "the true report is still taken"


def test_a_report_after_the_lease_is_kept_as_evidence_and_never_scored(tenant: Tenant) -> None:
    claimed, report = measured_run(tenant, manifest("a"))
    envelope = signed(report, KEY)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE benchmarks_runjob SET lease_until = clock_timestamp()")
    for _ in range(2):
        assert refusal(lambda: finish(tenant, claimed, envelope)).code == "lease-expired"
    commands.expire_leases(tenant=tenant)
    claim(tenant, claimed.run_id, OTHER)
    assert refusal(lambda: finish(tenant, claimed, envelope)).code == "stale-lease"
    evidence = Artifact.objects.get(tenant=tenant, kind="late_report")
    assert json.loads(bytes(evidence.content))["payload"]["attempt"] == 1
    lines = runs.log_lines(tenant=tenant, run_id=claimed.run_id)
    assert evidence.sha256 in lines[0].text
    assert "RunCompleted" not in types(tenant, claimed.run_id)


def test_a_published_run_brings_its_model_and_speed_to_the_board(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    claimed, report = measured_run(tenant, manifest())
    info, _ = finish(tenant, claimed, signed(report, KEY))
    shown = runs.payload(tenant=tenant, run_id=claimed.run_id, attribution="named")
    wish: dict[str, Any] = {
        "tenant": tenant, "run_id": claimed.run_id, "attribution": "named",
        "licence": "CC-BY-4.0", "actor": ACTOR,
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


def test_a_bundle_measured_offline_is_filed_once(tenant: Tenant, advance_all: AdvanceAll) -> None:
    wanted = manifest("a", "b")
    lease = Claimed(
        run_id=uuid.uuid4(), attempt=1, fence=1, lease_expires_at=START, lease_s=90,
        manifest_sha256="", points_done=(), source="import",
    )  # fmt: skip
    points = tuple(point_report(tenant, point) for point in wanted.profile.points)
    envelope = signed(report_of(lease, RUNNER, wanted, points), KEY)

    def filed(sent: signing.Envelope = envelope) -> tuple[RunInfo, bool]:
        return commands.import_report(tenant=tenant, envelope=sent, signer=SIGNER, actor=ACTOR)

    missing = report_of(
        lease, RUNNER, wanted,
        (points[0], points[1].model_copy(update={"samples_sha256": "a" * 64})),
    )  # fmt: skip
    refused = refusal(lambda: filed(signed(missing, KEY)))
    assert refused.code == "artifact-missing"
    assert refused.faults[0].pointer == "/report/payload/points/1/samples_sha256"
    info, is_new = filed()
    assert is_new
    assert (info.source, info.status, info.verdict, info.trust_level) == (
        "import", "completed", "accepted", "T2",
    )  # fmt: skip
    assert filed() == (info, False)
    with pytest.raises(IdempotencyConflict):
        filed(signed(report_of(lease, RUNNER, wanted, points, canary=None), KEY))
    advance_all(tenant)
    (attempt,) = runs.attempts(tenant=tenant, run_id=info.run_id)
    assert (attempt.state, attempt.runner_id) == ("completed", RUNNER)


def test_the_output_of_another_tool_is_filed_without_trust(tenant: Tenant) -> None:
    digest = upload(tenant, LLAMA_BENCH.read_bytes(), kind="tool_output")

    def filed(tool: str = "llama-bench") -> tuple[RunInfo, bool]:
        return commands.import_tool_output(
            tenant=tenant, tool=tool, tool_output_sha256=digest, manifest=manifest("a"),
            actor=ACTOR,
        )  # fmt: skip

    assert refusal(lambda: filed("guidellm")).code == "invalid-report"
    info, is_new = filed()
    assert is_new
    assert (info.source, info.status, info.trust_level, info.runner_id) == (
        "tool", "completed", "T0", None,
    )  # fmt: skip
    assert filed() == (info, False)
    state = runs.run_state(tenant=tenant, run_id=info.run_id)
    assert {item.metric for point in state.points.values() for item in point.measurements}
