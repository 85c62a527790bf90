"""What is read of runs: a life from the first event to the board, and who sees which of it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from arena.eventstore import store
from arena.eventstore.domain import DomainEvent
from arena.tenancy.models import Tenant
from benchmarks.events import (
    Attribution,
    Measurement,
    RunAssessed,
    RunAssigned,
    RunCompleted,
    RunFailed,
    RunInvalidated,
    RunLeaseExpired,
    RunPointRecorded,
    RunPublished,
    RunReleased,
    RunReproduced,
    RunRequested,
    RunRetracted,
    RunStarted,
    run_stream,
)
from benchmarks.queries import runs
from benchmarks.queries.runs import Viewer

pytestmark = pytest.mark.django_db
AdvanceAll = Callable[[Tenant], None]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
RUNNER = uuid.UUID(int=7)
SHA = "0" * 64


def life(
    run_id: uuid.UUID, *, speed: float = 50.0, runner: uuid.UUID = RUNNER
) -> list[DomainEvent]:
    """Return a run that is lost once, fails once and completes at the third attempt."""
    return [
        RunRequested(
            run_id=run_id, identity_sha256=SHA, manifest_sha256=SHA, model_slug="alpha",
            model_name="Alpha", deployment_slug="alpha--vllm", profile="quick-v1",
            point_keys=("tg128-c1",), source="agent",
        ),
        RunAssigned(run_id=run_id, runner_id=runner, attempt=1, fence=1, lease_expires_at=NOW),
        RunLeaseExpired(run_id=run_id, runner_id=runner, attempt=1, fence=1),
        RunAssigned(run_id=run_id, runner_id=runner, attempt=2, fence=2, lease_expires_at=NOW),
        RunFailed(
            run_id=run_id, runner_id=runner, attempt=2, fence=2, code="engine_not_ready",
            is_final=False,
        ),
        RunAssigned(run_id=run_id, runner_id=runner, attempt=3, fence=3, lease_expires_at=NOW),
        RunStarted(
            run_id=run_id, runner_id=runner, attempt=3, fence=3, engine="vllm",
            engine_version="0.32.0", environment_sha256=SHA,
        ),
        RunPointRecorded(
            run_id=run_id, runner_id=runner, attempt=3, fence=3, point_key="tg128-c1",
            samples_sha256=SHA, sample_count=3, metrics_version="1",
            measurements=(
                Measurement(
                    metric="decode_tokens_per_second", value=speed, unit="tok/s", sample=3, runs=3
                ),
            ),
        ),
        RunCompleted(
            run_id=run_id, runner_id=runner, attempt=3, fence=3, report_sha256=SHA, key_id=SHA,
            started_at=NOW, finished_at=NOW,
        ),
        RunAssessed(
            run_id=run_id, verdict="accepted", reason_codes=(), trust_level="T1",
            plausibility_version="1",
        ),
    ]  # fmt: skip


def published(run_id: uuid.UUID, attribution: Attribution = "named") -> RunPublished:
    return RunPublished(
        run_id=run_id, attribution=attribution, licence="CC-BY-4.0", payload_sha256=SHA
    )


def record(tenant: Tenant, run_id: uuid.UUID, *events: DomainEvent, actor: str = "ann") -> None:
    store.append(
        tenant=tenant, stream=run_stream(run_id), events=events, expected_version=None, actor=actor
    )


def test_a_run_is_read_with_every_attempt_and_point(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    run_id = uuid.uuid4()
    record(tenant, run_id, *life(run_id))
    advance_all(tenant)
    info = runs.run(tenant=tenant, run_id=run_id)
    assert (info.status, info.verdict, info.trust_level, info.visibility) == (
        "completed", "accepted", "T1", "private",
    )  # fmt: skip
    assert [info] == runs.runs(tenant=tenant, viewer=Viewer(actor="ann")), "list and page agree"
    attempts = runs.attempts(tenant=tenant, run_id=run_id)
    assert [(item.attempt, item.state, item.code) for item in attempts] == [
        (1, "expired", None), (2, "failed", "engine_not_ready"), (3, "completed", None),
    ]  # fmt: skip
    (point,) = runs.points(tenant=tenant, run_id=run_id)
    assert point.measurements["decode_tokens_per_second"].value == 50.0


def test_only_owner_runner_and_moderators_know_of_a_private_run(
    tenant: Tenant, other_tenant: Tenant, advance_all: AdvanceAll
) -> None:
    run_id = uuid.uuid4()
    record(tenant, run_id, *life(run_id))
    advance_all(tenant)
    for viewer, sees in (
        (Viewer(), False),
        (Viewer(actor="bob"), False),
        (Viewer(actor="ann"), True),
        (Viewer(actor="bob", runner_ids=frozenset({RUNNER})), True),
        (Viewer(sees_all=True), True),
    ):
        assert bool(runs.runs(tenant=tenant, viewer=viewer)) is sees, viewer
        assert not runs.runs(tenant=other_tenant, viewer=viewer)
        if sees:
            assert runs.run(tenant=tenant, run_id=run_id, viewer=viewer).requested_by == "ann"
        else:
            with pytest.raises(runs.UnknownRun):
                runs.run(tenant=tenant, run_id=run_id, viewer=viewer)


def test_an_anonymous_run_names_nobody(tenant: Tenant, advance_all: AdvanceAll) -> None:
    run_id = uuid.uuid4()
    record(tenant, run_id, *life(run_id), published(run_id, "anonymous"))
    advance_all(tenant)
    (seen,) = runs.runs(tenant=tenant)
    assert seen == runs.run(tenant=tenant, run_id=run_id, viewer=runs.STRANGER)
    assert (seen.runner_id, seen.requested_by, seen.key_id, seen.report_sha256) == (None,) * 4
    assert not runs.runs(tenant=tenant, runner_id=RUNNER), "the filter would tell"
    text = runs.payload(tenant=tenant, run_id=run_id, attribution="anonymous").content.decode()
    assert str(RUNNER) not in text
    assert (
        str(RUNNER)
        in runs.payload(tenant=tenant, run_id=run_id, attribution="named").content.decode()
    )


def test_the_measured_speed_is_the_median_of_the_runs_that_count(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    ids = [uuid.uuid4() for _ in range(7)]
    for run_id, each in zip(ids, (40.0, 50.0, 90.0, 1.0, 2.0, 3.0, 4.0), strict=True):
        record(tenant, run_id, *life(run_id, speed=each))
        if run_id != ids[3]:
            record(tenant, run_id, published(run_id))
    record(tenant, ids[4], RunRetracted(run_id=ids[4], reason="wrong recipe"))
    record(tenant, ids[5], RunInvalidated(run_id=ids[5], reason="faked"))
    record(
        tenant, ids[6],
        RunAssessed(run_id=ids[6], verdict="quarantined", reason_codes=("ttft_zero",),
                    trust_level="T1", plausibility_version="1"),
    )  # fmt: skip
    advance_all(tenant)
    speed = runs.measured_speeds(tenant=tenant)["alpha--vllm"]
    assert (speed.tokens_per_second, speed.lowest, speed.highest) == (50.0, 40.0, 90.0)
    assert speed.run_ids == (ids[2], ids[1], ids[0])
    record(tenant, ids[6], RunReleased(run_id=ids[6], reason="looked at"))
    record(
        tenant, ids[0],
        RunReproduced(run_id=ids[0], by_run_id=ids[1], metric="decode_tokens_per_second",
                      relative_difference=0.05, tolerance=0.1),
    )  # fmt: skip
    advance_all(tenant)
    speed = runs.measured_speeds(tenant=tenant)["alpha--vllm"]
    assert (speed.tokens_per_second, speed.run_count, speed.trust_level) == (45.0, 4, "T3")


def test_lists_go_on_after_the_last_run_seen(tenant: Tenant, advance_all: AdvanceAll) -> None:
    for _ in range(5):
        run_id = uuid.uuid4()
        record(tenant, run_id, *life(run_id), published(run_id))
    advance_all(tenant)
    seen: list[uuid.UUID] = []
    before = None
    while page := runs.runs(tenant=tenant, before=before, limit=2):
        seen += [info.run_id for info in page]
        before = (page[-1].requested_at, page[-1].run_id)
    assert len(seen) == len(set(seen)) == 5
