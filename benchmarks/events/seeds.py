"""Numbers of the texts that this project began with: claims of their authors, kept as such."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from arena.eventstore.domain import DomainEvent
from benchmarks.events.catalogue import claims_stream

SeedMetric = Literal[
    "elo",
    "decode_tokens_per_second",
    "output_usd_per_million_tokens",
    "sovereign",
    "accepted_percent",
    "accepted_tokens_per_pass",
    "aggregate_change_percent",
    "burstiness",
    "context_tokens",
    "count",
    "dimensions",
    "duration_s",
    "electricity_eur",
    "electricity_eur_per_kwh",
    "energy_wh",
    "expected_pass_percent",
    "input_tokens",
    "load_time_s",
    "memory_percent",
    "output_characters",
    "output_tokens",
    "p95_multiplier",
    "pages_per_second",
    "parallel_slots",
    "parameters_million",
    "power_watts",
    "quality_percent",
    "quality_score",
    "questions",
    "rank",
    "real_time_factor",
    "requests_per_second",
    "runs",
    "size_gb",
    "spread_percent",
    "ttft_ms",
    "usd_per_quality_point",
    "usd_per_task",
    "usd_total",
    "speedup",
    "weight_percent",
]

SEED_METRIC_UNITS: Final[Mapping[SeedMetric, str]] = {
    "elo": "Elo",
    "decode_tokens_per_second": "tok/s",
    "output_usd_per_million_tokens": "USD/M tokens",
    "sovereign": "yes/no",
    "accepted_percent": "%",
    "accepted_tokens_per_pass": "tokens/pass",
    "aggregate_change_percent": "%",
    "burstiness": "shape",
    "context_tokens": "tokens",
    "count": "items",
    "dimensions": "dimensions",
    "duration_s": "s",
    "electricity_eur": "EUR",
    "electricity_eur_per_kwh": "EUR/kWh",
    "energy_wh": "Wh",
    "expected_pass_percent": "%",
    "input_tokens": "tokens",
    "load_time_s": "s",
    "memory_percent": "%",
    "output_characters": "characters",
    "output_tokens": "tokens",
    "p95_multiplier": "x",
    "pages_per_second": "pages/s",
    "parallel_slots": "slots",
    "parameters_million": "M parameters",
    "power_watts": "W",
    "quality_percent": "%",
    "quality_score": "points",
    "questions": "questions",
    "rank": "rank",
    "real_time_factor": "x real time",
    "requests_per_second": "req/s",
    "runs": "runs",
    "size_gb": "GB",
    "spread_percent": "%",
    "ttft_ms": "ms",
    "usd_per_quality_point": "USD/point",
    "usd_per_task": "USD/task",
    "usd_total": "USD",
    "speedup": "x",
    "weight_percent": "%",
}
"""The one unit in which a seed claim of each metric is stated; those of `METRIC_UNITS` and more."""


def seed_stream(seed: str) -> str:
    """Return the stream of what one seed text says of anything but a deployment."""
    return f"seed-{seed}"


@dataclass(frozen=True, kw_only=True)
class SeedClaimStated(DomainEvent):
    """A seed text states a number. A claim: shown as such with its source, never ranked.

    Either `deployment_slug` or `subject` says what it is about. The same number may stand in
    several sections of one text, and the sections may contradict each other: each is a claim.
    """

    seed: str
    """Id of the text, such as `004`."""
    section: str
    """Table or part of the text, in this project's words."""
    deployment_slug: str | None = None
    subject: str = ""
    """What is described where it is no deployment: a suite, a preset, a machine."""
    metric: SeedMetric
    value: float
    unit: str
    out_of: float | None = None
    """The denominator of a score: 28 of 30 points."""
    setting: str = ""
    """Under which condition: suite, rubric, role, end of a range."""
    approximate: bool = False
    note: str = ""
    source_name: str
    source_url: str | None = None
    stated_on: date

    @property
    def stream(self) -> str:
        """Return where the claim is filed: with others about its deployment, or with its text."""
        return (
            claims_stream(self.deployment_slug) if self.deployment_slug else seed_stream(self.seed)
        )
