"""What an agent reports of a finished attempt; the object that its key signs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from arena_runner.contract.manifest import Manifest
from arena_runner.contract.profile import Key

PowerScope = Literal["wall", "gpu", "soc", "rapl"]
EnergySource = Literal["counter", "samples"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Accelerator(_Data):
    """One GPU as its driver names it."""

    name: str = Field(max_length=120)
    memory_bytes: int | None = Field(default=None, ge=0)
    power_limit_watts: float | None = Field(default=None, ge=0)
    pci_link: str | None = Field(default=None, max_length=40)


class Machine(_Data):
    """The hardware and software that a runner found. No host name, address or serial number."""

    os: str = Field(max_length=120)
    kernel: str = Field(max_length=120)
    architecture: str = Field(max_length=20)
    cpu: str = Field(max_length=160)
    cpu_cores: int = Field(ge=1)
    memory_bytes: int = Field(ge=0)
    accelerators: tuple[Accelerator, ...] = ()
    driver_version: str | None = Field(default=None, max_length=40)
    cuda_version: str | None = Field(default=None, max_length=40)
    container_runtime: str | None = Field(default=None, max_length=80)
    power_scope: PowerScope | None = None
    hardware: str | None = Field(
        default=None, max_length=80, description="Slug in the hardware catalogue, where known."
    )


class Environment(_Data):
    """What served the model during this attempt, as the server itself says."""

    machine: Machine
    node_count: int = Field(default=1, ge=1, le=10_000)
    interconnect: str | None = Field(default=None, max_length=80)
    engine: str | None = Field(default=None, max_length=80)
    engine_version: str | None = Field(default=None, max_length=120)
    served_model: str | None = Field(default=None, max_length=200)
    argv_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    runner_version: str = Field(max_length=40)


class TelemetrySummary(_Data):
    """Over one point; None where the machine has no such sensor."""

    samples: int = Field(ge=0)
    period_seconds: float | None = Field(default=None, gt=0, description="Between two samples.")
    power_watts_mean: float | None = Field(default=None, ge=0)
    power_watts_max: float | None = Field(default=None, ge=0)
    energy_joules: float | None = Field(default=None, ge=0)
    energy_source: EnergySource | None = Field(
        default=None, description="A counter of the hardware, or the area under sampled watts."
    )
    power_scope: PowerScope | None = None
    temperature_celsius_max: float | None = None
    sm_clock_mhz_mean: float | None = Field(default=None, ge=0)
    throttle_reasons: tuple[str, ...] = ()
    memory_used_bytes_max: int | None = Field(default=None, ge=0)
    other_load_mean: float | None = Field(
        default=None, ge=0, description="CPU share, 0 to 1, of what is neither engine nor agent."
    )


class PointReport(_Data):
    """One measured point: where its samples are, and what the client says of itself."""

    key: Key
    samples_sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the packed samples.")
    sample_count: int = Field(ge=0)
    telemetry_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    telemetry: TelemetrySummary | None = None
    started_at: datetime
    finished_at: datetime
    send_lag_p99_ms: float = Field(
        ge=0, description="Sent after scheduled; open load only, else 0."
    )
    client_cpu_seconds: float = Field(ge=0)
    voided: str | None = Field(default=None, max_length=80, description="Why it does not count.")


class SelfTest(_Data):
    """The load generator against the built-in server of known speed, just before the suite."""

    ttft_true_ms: float = Field(gt=0)
    ttft_measured_ms: float = Field(ge=0)
    rate_true_tokens_per_second: float = Field(gt=0)
    rate_measured_tokens_per_second: float = Field(ge=0)


class Canary(_Data):
    """A prompt with a known answer, and the greedy text of a fixed prompt as a fingerprint."""

    passed: bool = Field(description="The same greedy text twice, and not an empty one.")
    expected: str = Field(max_length=200)
    answered: bool | None = Field(
        default=None,
        description="Whether the known answer came. A model that is able to nothing, such as one"
        " of random weights, may fail here and pass as a canary; None where nothing answered.",
    )
    greedy_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")


class StateGate(_Data):
    """What was checked before the first point; an empty list of warnings is a quiet machine."""

    passed: bool
    warnings: tuple[str, ...] = ()


class Report(_Data):
    """The signed account of one attempt."""

    report_version: Literal[1] = 1
    run_id: UUID
    runner_id: UUID
    attempt: int = Field(ge=1)
    fence: int = Field(ge=1)
    manifest: Manifest
    environment: Environment
    points: tuple[PointReport, ...]
    self_test: SelfTest | None = None
    canary: Canary | None = None
    state_gate: StateGate | None = None
    started_at: datetime
    finished_at: datetime
