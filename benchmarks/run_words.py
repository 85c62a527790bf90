"""What a run's page says of its verdict and its trust level, and what the next level lacks."""

from dataclasses import dataclass
from typing import Final

from arena_runner.contract.report import Report
from benchmarks.plausibility.session_rules import MOST_SELF_TEST_ERROR
from benchmarks.state.run import RunInfo
from benchmarks.trust import TOLERANCE, lacking

VERDICTS: Final = {
    "accepted": "The plausibility gate found nothing against the figures; they may count.",
    "quarantined": (
        "The plausibility gate found figures that cannot be, or hardly. They stay visible here and"
        " count nowhere until a moderator has looked."
    ),
    "void": "The run measured something, but nothing that could count.",
}
REASONS: Final = {
    "bandwidth_roofline": (
        "more bytes of weights a second than the memory of this hardware can deliver; check the"
        " number of nodes, the active parameters and the weight bits in the recipe"
    ),
    "compute_roofline": "more arithmetic a second than this hardware can do",
    "ttft_too_long": "a first token that came later than whole answers do",
    "ttft_zero": "a first token in no time at all; nothing answers before it is asked",
    "batch_artefact": "tokens that arrived in one piece, so that their speed means nothing",
    "time_backwards": "times that run backwards",
    "usage_mismatch": "the server counts other tokens than were streamed",
    "impossible_energy": "less energy, or more, than the hardware can draw",
    "synthetic_speculation": "speculative decoding whose acceptance is invented",
    "self_test_failed": (
        f"the load generator was more than {MOST_SELF_TEST_ERROR:.0%} off against a server of known"
        " speed just before; free the machine of other load and run again"
    ),
    "canary_failed": "the model did not give the known answer to the canary prompt",
    "client_bottleneck": (
        "the client sent more than 50 ms late (p99), so that it measured itself; run the agent on a"
        " machine with free cores"
    ),
    "error_rate": "too many requests failed; read the log lines, mend the server and run again",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """A trust level: what it means, whether the run has it, and what it lacks otherwise."""

    level: str
    meaning: str
    is_reached: bool
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """A reason code of the gate in words."""

    code: str
    meaning: str


def reasons(info: RunInfo) -> tuple[Reason, ...]:
    """Return what the gate found, in words."""
    return tuple(
        Reason(code=code, meaning=REASONS.get(code, code.replace("_", " ")))
        for code in info.reason_codes
    )


def ladder(info: RunInfo, report: Report | None, *, is_platform: bool) -> tuple[Rung, ...]:
    """Return the five trust levels with what this run lacks for each.

    `report` is None where there is none, or where it is not for the reader.
    """
    signed = () if info.trust_level >= "T1" else ("A report signed by a registered runner.",)
    good = () if info.verdict == "accepted" else ("The verdict accepted.",)
    checked = (*signed, *good, *_checks(info, report))
    reproduced = (*signed, *good, *(() if info.reproduced_by else (_REPRODUCED,)))
    platform = () if is_platform else ("A run on a machine of the arena itself.",)
    levels = (
        ("T0", "self-reported: figures of a tool, without a signature", ()),
        ("T1", "signed by the key of a registered runner", signed),
        ("T2", "T1, with the load generator, a known answer and a quiet machine checked", checked),
        ("T3", "T1, and reproduced by a run of another owner", reproduced),
        ("T4", "T2, on a machine of the arena itself", (*checked, *platform)),
    )
    return tuple(
        Rung(
            level=level,
            meaning=meaning,
            is_reached=level <= info.trust_level and (level != "T3" or bool(info.reproduced_by)),
            lacks=lacks,
        )
        for level, meaning, lacks in levels
    )


def missing_for_next(info: RunInfo, rungs: tuple[Rung, ...]) -> Rung | None:
    """Return the first level above the run's own; None at the top."""
    return next((rung for rung in rungs if rung.level > info.trust_level), None)


_REPRODUCED: Final = (
    "A published run of the same identity by another owner, within"
    f" {TOLERANCE:.0%} on the headline figure."
)


def _checks(info: RunInfo, report: Report | None) -> tuple[str, ...]:
    if report is not None:
        return lacking(report)
    # An anonymous run's report is withheld, and so is what it lacks.
    return () if info.trust_level >= "T2" else ("What its report says of the checks.",)
