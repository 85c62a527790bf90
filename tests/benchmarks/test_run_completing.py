"""The end of a run: the signed report, the verdict, and what comes from elsewhere."""

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
from arena_runner.contract.report import Canary, SelfTest, StateGate
from benchmarks import commands
from benchmarks import queries as catalogue
from benchmarks.events import run_stream
from benchmarks.models import Artifact
from benchmarks.queries import runs
from benchmarks.queries.runs import RunInfo
from benchmarks.state.refusals import RunRefused
from tests.benchmarks.finished import KEY, OTHER, RUNNER, SIGNER, finish, measured_run
from tests.benchmarks.runs import (
    ACTOR,
    claim,
    lease,
    manifest,
    point_report,
    report_of,
    signed,
    upload,
)

pytestmark = pytest.mark.django_db
AdvanceAll = Callable[[Tenant], None]

LLAMA_BENCH = Path(__file__).parents[1] / "runner" / "tools" / "data" / "llama_bench.json"


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
        "of another attempt": (sent(attempt=2), "stale-lease", "payload/attempt"),
        "of another lease": (sent(fence=9), "stale-lease", "payload/fence"),
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


def test_a_bundle_measured_offline_is_filed_once(tenant: Tenant, advance_all: AdvanceAll) -> None:
    wanted = manifest("a", "b")
    offline = lease(uuid.uuid4())
    points = tuple(point_report(tenant, point) for point in wanted.profile.points)
    envelope = signed(report_of(offline, RUNNER, wanted, points), KEY)

    def filed(sent: signing.Envelope = envelope) -> tuple[RunInfo, bool]:
        return commands.import_report(tenant=tenant, envelope=sent, signer=SIGNER, actor=ACTOR)

    missing = report_of(
        offline, RUNNER, wanted,
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
        filed(signed(report_of(offline, RUNNER, wanted, points, canary=None), KEY))
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
