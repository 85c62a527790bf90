"""Reports, manifests and machines for tests that judge runs."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import ClosedLoad, Load, Point, Profile, SyntheticPrompt
from arena_runner.contract.recipe import Recipe
from arena_runner.contract.report import (
    Accelerator,
    Canary,
    Environment,
    Machine,
    PointReport,
    Report,
    SelfTest,
    StateGate,
)

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RUN = UUID("00000000-0000-4000-8000-000000000001")
RUNNER = UUID("00000000-0000-4000-8000-000000000002")


def point(
    key: str = "tg",
    *,
    load: Load | None = None,
    input_tokens: int = 512,
    output_tokens: int = 128,
) -> Point:
    """Return a point of synthetic prompts."""
    return Point(
        key=key,
        title=key,
        load=load or ClosedLoad(concurrency=1, requests=3),
        prompt=SyntheticPrompt(input_tokens=input_tokens, output_tokens=output_tokens),
    )


def manifest(*points: Point, argv: tuple[str, ...] = (), **recipe: Any) -> Manifest:
    """Return a manifest of an endpoint that runs already, or of a command."""
    served: dict[str, object] = (
        {"launch": {"command": "serve"}} if argv else {"endpoint": {"model": "m"}}
    )
    stated = {"model": "acme/demo", "engine": "vllm", **served, **recipe}
    return Manifest(
        recipe=Recipe.model_validate(stated),
        profile=Profile(
            name="demo",
            version="1",
            title="Demo",
            description="For tests",
            points=points or (point(),),
        ),
        engine_argv=argv,
    )


def machine(*accelerators: str, cpu: str = "Some CPU", cores: int = 16) -> Machine:
    """Return a machine with these GPUs."""
    return Machine(
        os="Linux",
        kernel="6.8",
        architecture="x86_64",
        cpu=cpu,
        cpu_cores=cores,
        memory_bytes=128 * 10**9,
        accelerators=tuple(Accelerator(name=name) for name in accelerators),
    )


def point_report(key: str = "tg", **changes: object) -> PointReport:
    """Return the account of one point that took a minute."""
    stated = {
        "key": key,
        "samples_sha256": "0" * 64,
        "sample_count": 3,
        "started_at": START + timedelta(seconds=60),
        "finished_at": START + timedelta(seconds=120),
        "send_lag_p99_ms": 0.0,
        "client_cpu_seconds": 1.0,
        **changes,
    }
    return PointReport.model_validate(stated)


def report(of: Manifest, on: Machine | None = None, **changes: object) -> Report:
    """Return a report with a good self-test, a passed canary and a quiet machine."""
    stated = {
        "run_id": RUN,
        "runner_id": RUNNER,
        "attempt": 1,
        "fence": 7,
        "manifest": of,
        "environment": Environment(machine=on or machine(), runner_version="0.1.0"),
        "points": tuple(point_report(point.key) for point in of.profile.points),
        "self_test": SelfTest(
            ttft_true_ms=200,
            ttft_measured_ms=200.5,
            rate_true_tokens_per_second=50,
            rate_measured_tokens_per_second=50.1,
        ),
        "canary": Canary(passed=True, expected="Paris", greedy_sha256="a" * 64),
        "state_gate": StateGate(passed=True),
        "started_at": START,
        "finished_at": START + timedelta(seconds=200),
        **changes,
    }
    return Report.model_validate(stated)
