"""Pure: where a run stands among runs on the same hardware, and why it is slower than they are.

Twins share the hardware, the number of nodes, the model, its quantization and the profile; they
are compared at one metric of one point. What differs beside the speed is put into sentences, the
likeliest reason first. A difference is no proof: the sentences give the numbers and leave the
judgement to the owner.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal
from uuid import UUID

from arena_runner.contract.report import Report
from benchmarks.hardware import slug_of

_SMALL_GAP: Final = 0.02
"""Two runs of one machine differ by so much."""
_CLOCK: Final = 0.97
_POWER: Final = 0.90
_WARMER_CELSIUS: Final = 5.0
_BUSIER: Final = 0.05
_UNMEASURED: Final = 0.01
"""Weight of a difference whose effect nobody has measured."""

Better = Literal["higher", "lower"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Twin:
    """One run at the compared point: its figure, and how its machine felt. None is not known."""

    run_id: UUID
    value: float
    sm_clock_mhz: float | None = None
    power_watts: float | None = None
    temperature_celsius: float | None = None
    throttle_reasons: tuple[str, ...] = ()
    other_load: float | None = None
    driver_version: str | None = None
    engine: str | None = None
    engine_version: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Something that is different from the faster twins."""

    code: str
    sentence: str
    weight: float
    """Share of the speed that it may explain; only the order of reasons rests on it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where a run stands among its twins."""

    others: int
    percentile: float
    """Per cent of the others that are slower, those alike counted half."""
    median: float
    """Of the others."""
    relative_gap: float
    """To the median, negative for slower: -0.18 is 18 % slower."""
    faster: int
    reasons: tuple[Reason, ...]
    """Likeliest first; empty for a run that is as fast as its twins."""


def twin_of(report: Report, point_key: str, value: float) -> Twin:
    """Return a run as a twin at one of its points."""
    telemetry = next((point.telemetry for point in report.points if point.key == point_key), None)
    environment = report.environment
    twin = Twin(
        run_id=report.run_id,
        value=value,
        driver_version=environment.machine.driver_version,
        engine=environment.engine,
        engine_version=environment.engine_version,
    )
    if telemetry is None:
        return twin
    return Twin(
        run_id=twin.run_id,
        value=value,
        sm_clock_mhz=telemetry.sm_clock_mhz_mean,
        power_watts=telemetry.power_watts_mean,
        temperature_celsius=telemetry.temperature_celsius_max,
        throttle_reasons=telemetry.throttle_reasons,
        other_load=telemetry.other_load_mean,
        driver_version=twin.driver_version,
        engine=twin.engine,
        engine_version=twin.engine_version,
    )


def kin(report: Report) -> tuple[str, int, int, str, str | None, str] | None:
    """Return what two runs share that are twins; None for hardware that nobody can look up.

    Hardware, accelerators a node, nodes, model, quantization, profile.
    """
    machine = report.environment.machine
    slug = slug_of(machine)
    if slug is None:
        return None
    recipe = report.manifest.recipe
    return (
        slug,
        len(machine.accelerators),
        report.environment.node_count,
        recipe.model,
        recipe.quantization,
        report.manifest.profile.id,
    )


def standing(mine: Twin, others: Sequence[Twin], *, better: Better = "higher") -> Standing | None:
    """Return where a run stands among its twins, itself left out; None without any."""
    rest = [twin for twin in others if twin.run_id != mine.run_id]
    if not rest:
        return None
    sign = 1.0 if better == "higher" else -1.0
    slower = sum(sign * twin.value < sign * mine.value for twin in rest)
    alike = sum(twin.value == mine.value for twin in rest)
    middle = median(twin.value for twin in rest)
    faster = [twin for twin in rest if sign * twin.value > sign * mine.value]
    gap = sign * (mine.value - middle) / middle if middle else 0.0
    reasons = _reasons(mine, faster) if gap < -_SMALL_GAP else []
    return Standing(
        others=len(rest),
        percentile=100 * (slower + alike / 2) / len(rest),
        median=middle,
        relative_gap=gap,
        faster=len(faster),
        reasons=tuple(sorted(reasons, key=lambda reason: reason.weight, reverse=True)),
    )


def _reasons(mine: Twin, faster: Sequence[Twin]) -> list[Reason]:
    return [
        *_clock(mine, faster),
        *_throttled(mine, faster),
        *_power(mine, faster),
        *_warmth(mine, faster),
        *_load(mine, faster),
        *_driver(mine, faster),
        *_engine(mine, faster),
    ]


def _clock(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    peers = [twin.sm_clock_mhz for twin in faster if twin.sm_clock_mhz]
    if mine.sm_clock_mhz is None or not peers:
        return
    ratio = mine.sm_clock_mhz / median(peers)
    if ratio < _CLOCK:
        yield Reason(
            code="clock",
            sentence=f"Your SM clock was {ratio:.0%} of that of the {len(peers)} faster runs:"
            f" {mine.sm_clock_mhz:.0f} against {median(peers):.0f} MHz.",
            weight=1 - ratio,
        )


def _throttled(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    for name in sorted(set(mine.throttle_reasons)):
        same = sum(name in twin.throttle_reasons for twin in faster)
        if same * 2 < len(faster):
            share = 1 - same / len(faster)
            yield Reason(
                code="throttled",
                sentence=f"Your GPU was throttled ({name}); of the {len(faster)} faster runs"
                f" {same} were.",
                weight=0.2 * share,
            )


def _power(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    peers = [twin.power_watts for twin in faster if twin.power_watts]
    if mine.power_watts is None or not peers:
        return
    ratio = mine.power_watts / median(peers)
    if ratio < _POWER:
        yield Reason(
            code="power",
            sentence=f"It drew {mine.power_watts:.0f} W, the faster runs {median(peers):.0f} W: a"
            " power limit, or a power supply that was not recognised, keeps it down.",
            weight=(1 - ratio) / 2,
        )


def _warmth(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    peers = [t.temperature_celsius for t in faster if t.temperature_celsius is not None]
    if mine.temperature_celsius is None or not peers:
        return
    warmer = mine.temperature_celsius - median(peers)
    if warmer > _WARMER_CELSIUS:
        yield Reason(
            code="temperature",
            sentence=f"It reached {mine.temperature_celsius:.0f} °C, {warmer:.0f} °C more than the"
            f" faster runs ({median(peers):.0f} °C).",
            weight=warmer / 200,
        )


def _load(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    peers = [twin.other_load for twin in faster if twin.other_load is not None]
    if mine.other_load is None or not peers:
        return
    busier = mine.other_load - median(peers)
    if busier > _BUSIER:
        yield Reason(
            code="other_load",
            sentence=f"Other programs used {mine.other_load:.0%} of the processor, in the faster"
            f" runs {median(peers):.0%}.",
            weight=busier / 2,
        )


def _driver(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    yield from _version(
        "driver", mine.driver_version, [(t.driver_version, t) for t in faster], mine
    )


def _engine(mine: Twin, faster: Sequence[Twin]) -> Iterator[Reason]:
    if mine.engine is not None:
        yield from _version("engine", _name(mine), [(_name(t), t) for t in faster], mine)


def _name(twin: Twin) -> str | None:
    return None if twin.engine is None else f"{twin.engine} {twin.engine_version or '?'}"


def _version(
    kind: str, own: str | None, peers: Sequence[tuple[str | None, Twin]], mine: Twin
) -> Iterator[Reason]:
    """Name the version that most faster runs have, unless some of them have this run's."""
    known = [(version, twin) for version, twin in peers if version is not None]
    if own is None or not known or any(version == own for version, _ in known):
        return
    common, count = Counter(version for version, _ in known).most_common(1)[0]
    speed = median(twin.value for version, twin in known if version == common)
    yield Reason(
        code=f"{kind}_version",
        sentence=f"Your {kind} is {own}; {count} of {len(known)} faster runs have {common}, with a"
        f" median of {speed:.4g} against your {mine.value:.4g}.",
        weight=_UNMEASURED * (1 + count / len(known)),
    )
