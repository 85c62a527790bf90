"""The life of a run against a model in memory, driven by Hypothesis."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from arena.eventstore import store
from arena.eventstore.projection import advance
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.events import run_stream
from benchmarks.queries import runs
from benchmarks.state.refusals import RunRefused
from tests.benchmarks import runs as made

RUNNERS = (uuid.UUID(int=1), uuid.UUID(int=2))
KEYS = {runner: bytes([number]) * 32 for number, runner in enumerate(RUNNERS, start=1)}
WANTED = made.manifest("a", "b")
runner_ids = st.sampled_from(RUNNERS)
ago = st.integers(0, 2)
"""How many leases back a writer believes to be."""


@dataclass
class Model:
    """What must be true of the run."""

    state: str = "queued"
    fence: int = 0
    holder: uuid.UUID | None = None
    ever: set[uuid.UUID] = field(default_factory=set)
    points: dict[str, uuid.UUID] = field(default_factory=dict)


class RunMachine(RuleBasedStateMachine):
    """Every rule is something that an agent, an owner or the clock does."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = Tenant.objects.create(slug=f"t-{uuid.uuid4().hex[:12]}", name="Machine")
        self.run_id = made.ask(self.tenant, manifest=WANTED)
        self.model = Model()
        self.reports = [made.point_report(self.tenant, point) for point in WANTED.profile.points]

    def holds(self, runner: uuid.UUID, fence: int) -> bool:
        model = self.model
        return (model.state, model.holder, model.fence) == ("leased", runner, fence)

    def attempt(self, runner: uuid.UUID, fence: int, action: Callable[[], object]) -> bool:
        """Do it; it must be refused just when the runner does not hold that lease."""
        if self.holds(runner, fence):
            action()
            return True
        with pytest.raises(RunRefused) as refused:
            action()
        assert refused.value.code in {
            "foreign-runner", "stale-lease", "lease-expired", "run-over", "run-cancelled",
        }  # fmt: skip
        assert (refused.value.code == "foreign-runner") == (runner not in self.model.ever)
        return False

    @rule(runner=runner_ids)
    def claim(self, runner: uuid.UUID) -> None:
        claimed = commands.claim_run(
            tenant=self.tenant, runner_id=runner, candidates=[self.run_id], actor="x"
        )
        assert (claimed is not None) == (self.model.state == "queued")
        if claimed is not None:
            self.model.state, self.model.holder = "leased", runner
            self.model.fence += 1
            self.model.ever.add(runner)
            assert (claimed.fence, claimed.attempt) == (self.model.fence, self.model.fence)
            mine = {key for key, whose in self.model.points.items() if whose == runner}
            assert set(claimed.points_done) == mine

    @rule()
    def the_lease_runs_out(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE benchmarks_runjob SET lease_until = clock_timestamp() WHERE run_id = %s",
                [self.run_id],
            )
        expired = commands.expire_leases(tenant=self.tenant)
        assert expired == (self.model.state == "leased")
        if expired:
            self.model.state = "dead" if self.model.fence >= 3 else "queued"

    @rule(runner=runner_ids, ago=ago)
    def beat(self, runner: uuid.UUID, ago: int) -> None:
        fence = max(1, self.model.fence - ago)
        told_to_stop = (self.model.state, self.model.holder, self.model.fence) == (
            "cancelled", runner, fence,
        )  # fmt: skip

        def send() -> object:
            return commands.heartbeat_run(
                tenant=self.tenant, run_id=self.run_id, runner_id=runner, fence=fence
            )

        if told_to_stop:
            beat = send()
            assert isinstance(beat, commands.Beat)
            assert beat.cancel
        else:
            self.attempt(runner, fence, send)

    @rule(runner=runner_ids, ago=ago, index=st.integers(0, 1))
    def record(self, runner: uuid.UUID, ago: int, index: int) -> None:
        fence, report = max(1, self.model.fence - ago), self.reports[index]
        if self.attempt(
            runner, fence,
            lambda: commands.record_point(
                tenant=self.tenant, run_id=self.run_id, runner_id=runner, fence=fence,
                report=report, actor="x",
            ),
        ):  # fmt: skip
            self.model.points[report.key] = runner

    @rule(runner=runner_ids, is_final=st.booleans())
    def give_up(self, runner: uuid.UUID, is_final: bool) -> None:
        fence = self.model.fence
        if not self.holds(runner, fence):
            return
        commands.fail_run(
            tenant=self.tenant, run_id=self.run_id, runner_id=runner, fence=fence, code="x",
            is_final=is_final, actor="x",
        )  # fmt: skip
        self.model.state = "dead" if is_final or fence >= 3 else "queued"

    @rule()
    def cancel(self) -> None:
        if self.model.state in ("done", "dead"):
            with pytest.raises(RunRefused):
                self._cancel()
        else:
            self._cancel()
            self.model.state = "cancelled"

    @rule(runner=runner_ids, ago=ago)
    def complete(self, runner: uuid.UUID, ago: int) -> None:
        fence = max(1, self.model.fence - ago)
        lease = made.lease(self.run_id, attempt=fence, fence=fence)
        report = made.report_of(lease, runner, WANTED, tuple(self.reports))
        envelope = made.signed(report, KEYS[runner])

        def send() -> object:
            return commands.complete_run(
                tenant=self.tenant, run_id=self.run_id, runner_id=runner, fence=fence,
                envelope=envelope, signer=made.signer(runner, KEYS[runner]), actor="x",
            )  # fmt: skip

        model = self.model
        if (model.state, model.holder, model.fence) == ("done", runner, fence):
            send()  # the same report again
        elif self.holds(runner, fence) and set(model.points.items()) != {
            (report.key, runner) for report in self.reports
        }:
            with pytest.raises(RunRefused, match="was not recorded"):
                send()
        elif self.attempt(runner, fence, send):
            model.state = "done"

    def _cancel(self) -> None:
        commands.cancel_run(tenant=self.tenant, run_id=self.run_id, reason="no", actor="x")

    @invariant()
    def row_log_and_model_agree(self) -> None:
        job = runs.job(tenant=self.tenant, run_id=self.run_id)
        assert job is not None
        assert (job.state, job.fence) == (self.model.state, self.model.fence)
        types = [
            item.type
            for item in store.read_stream(tenant=self.tenant, stream=run_stream(self.run_id))
        ]
        assert types.count("RunAssigned") == self.model.fence <= 3
        assert types.count("RunCompleted") == (self.model.state == "done")
        assert types.count("RunCancelled") == (self.model.state == "cancelled")
        info = runs.run(tenant=self.tenant, run_id=self.run_id)
        assert info.is_over == (self.model.state in ("done", "dead", "cancelled"))

    @override
    def teardown(self) -> None:
        advance(tenant=self.tenant, name="runs")
        (row,) = runs.runs(tenant=self.tenant, viewer=runs.Viewer(sees_all=True))
        assert row == runs.run(tenant=self.tenant, run_id=self.run_id)
        attempts = runs.attempts(tenant=self.tenant, run_id=self.run_id)
        assert [item.attempt for item in attempts] == list(range(1, self.model.fence + 1))
        assert all(item.ended_at for item in attempts[:-1]), "one attempt at a time"


@pytest.mark.django_db
def test_a_run_has_one_holder_and_one_end_whatever_happens() -> None:
    run_state_machine_as_test(
        RunMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
