"""The measured points of a run as its page shows them: a table, and charts of the same figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from arena_runner.contract.command import shell_line
from arena_runner.contract.metric_names import NO_PACE, Definition, definitions
from arena_runner.contract.profile import OpenLoad, Point, Profile
from benchmarks.charts import Curve, Forest, Value, curve, forest
from benchmarks.events import Measurement, RunPointRecorded
from benchmarks.queries.runs import HEADLINE_METRIC

COLUMNS: Final = (
    HEADLINE_METRIC,
    "system_tokens_per_second",
    "ttft_ms_p50",
    "ttft_ms_p95",
    "error_rate",
    "joules_per_output_token",
)
CHARTS: Final = (HEADLINE_METRIC, "system_tokens_per_second", "ttft_ms_p50")
_SWEEP_METRIC: Final = "ttft_ms_p95"
_CHARTED_MAX: Final = 80
_P95_FROM: Final = 72
_SHARES: Final = ("error_rate", "timeout_rate")
_COST: Final = "joules_per_output_token"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A figure of a point with all that it rests on; `measurement` None with its reason."""

    metric: str
    definition: Definition
    measurement: Measurement | None
    missing: str = ""

    @property
    def unit(self) -> str:
        """Return the unit in which it is written: shares are written in per cent."""
        return "%" if self.metric in _SHARES else self.definition.unit

    @property
    def value(self) -> float | None:
        """Return the figure in that unit, None where there is none."""
        return self._scaled(self.measurement.value if self.measurement else None)

    @property
    def lower(self) -> float | None:
        """Return the lower end of the interval in that unit."""
        return self._scaled(self.measurement.lower if self.measurement else None)

    @property
    def upper(self) -> float | None:
        """Return the upper end of the interval in that unit."""
        return self._scaled(self.measurement.upper if self.measurement else None)

    @property
    def sd(self) -> float | None:
        """Return the standard deviation in that unit."""
        return self._scaled(self.measurement.sd if self.measurement else None)

    @property
    def digits(self) -> int:
        """Return with how many decimals it is written."""
        return digits(self.value) if self.value is not None else 0

    def _scaled(self, value: float | None) -> float | None:
        return None if value is None else value * (100 if self.metric in _SHARES else 1)

    @property
    def dimension(self) -> str:
        """Return the dimension whose colour it has."""
        return "cost" if self.metric == _COST else "speed"


@dataclass(frozen=True, kw_only=True, slots=True)
class PointRow:
    """A point of the profile and what was measured; `recorded` None while it was not."""

    point: Point
    load: str
    prompt: str
    recorded: RunPointRecorded | None
    cells: tuple[Cell, ...]
    all_cells: tuple[Cell, ...]

    @property
    def tool_line(self) -> str:
        """Return the command of the published tool that measured it; empty for our generator."""
        point = self.point
        return shell_line((point.tool, *point.tool_arguments)) if point.tool else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """One metric over the points of a run, or over the rates of a sweep."""

    key: str
    title: str
    unit: str
    definition: Definition
    forest: Forest | None = None
    curve: Curve | None = None
    digits: int = 0


def point_rows(profile: Profile, recorded: Mapping[str, RunPointRecorded]) -> list[PointRow]:
    """Return every point of the profile in its order."""
    known = definitions(profile.slo_ttft_p95_ms or (2_000, 5_000, 10_000))
    return [_row(point, recorded.get(point.key), known) for point in profile.points]


def columns() -> list[Cell]:
    """Return the columns of the table, as cells without a figure."""
    known = definitions()
    return [Cell(metric=name, definition=known[name], measurement=None) for name in COLUMNS]


def charts(profile: Profile, rows: Sequence[PointRow]) -> list[Chart]:
    """Return the charts that the figures allow."""
    counted = [row for row in rows if row.recorded is not None and row.recorded.voided is None]
    found = [_forest(metric, counted[:_CHARTED_MAX]) for metric in CHARTS]
    sweeps = dict.fromkeys(row.point.sweep for row in counted if row.point.sweep)
    found += [_curve(name, counted, profile) for name in sweeps if name]
    return [chart for chart in found if chart is not None]


def digits(value: float) -> int:
    """Return decimals for three or four significant digits."""
    size = abs(value)
    if not size:
        return 0
    return next((number for limit, number in ((100, 0), (10, 1), (1, 2)) if size >= limit), 3)


def load_text(point: Point) -> str:
    """Return the load of a point in words."""
    load = point.load
    match load.kind:
        case "closed":
            return f"closed loop, {load.concurrency} at a time, {load.requests} requests a run"
        case "lockstep":
            return f"lockstep, {load.batches} batches of {load.concurrency}"
        case "open":
            gaps = "Poisson" if load.burstiness == 1 else f"Gamma, burstiness {load.burstiness:g}"
            cap = f", at most {load.max_concurrency} at a time" if load.max_concurrency else ""
            return f"open loop, {load.rate_per_second:g}/s, {gaps}, {load.requests} requests{cap}"
        case _:
            return (
                f"replay, {load.conversations} conversations of {load.turns} turns,"
                f" {load.concurrency} at a time"
            )


def prompt_text(point: Point) -> str:
    """Return the prompts of a point in words."""
    prompt = point.prompt
    if prompt.kind == "dataset":
        return f"{prompt.name}, up to {prompt.max_output_tokens} tokens out"
    spread = f" ±{prompt.spread:.0%}" if prompt.spread else ""
    context = f", after {prompt.context_tokens} tokens of context" if prompt.context_tokens else ""
    return f"{prompt.input_tokens} tokens in, {prompt.output_tokens} out{spread}{context}"


def _row(
    point: Point, recorded: RunPointRecorded | None, known: Mapping[str, Definition]
) -> PointRow:
    by_name = {item.metric: item for item in recorded.measurements} if recorded else {}
    every = [
        Cell(
            metric=item.metric,
            definition=known.get(item.metric, _unknown(item)),
            measurement=item,
        )
        for item in by_name.values()
    ]
    return PointRow(
        point=point,
        load=load_text(point),
        prompt=prompt_text(point),
        recorded=recorded,
        cells=tuple(
            Cell(
                metric=name,
                definition=known[name],
                measurement=by_name.get(name),
                missing=_missing(name, recorded),
            )
            for name in COLUMNS
        ),
        all_cells=tuple(every),
    )


def _unknown(item: Measurement) -> Definition:
    return Definition(unit=item.unit, title=item.metric.replace("_", " "), formula="")


def _missing(metric: str, recorded: RunPointRecorded | None) -> str:
    if recorded is None:
        return "not measured yet"
    if recorded.voided:
        return f"the point is void: {recorded.voided.replace('_', ' ')}"
    if metric.endswith("_p95") and recorded.sample_count < _P95_FROM:
        return f"{recorded.sample_count} requests; p95 needs {_P95_FROM}"
    if metric == HEADLINE_METRIC and recorded.runner_id is not None:
        return NO_PACE
    if metric == _COST:
        return "the machine has no power meter that the agent can read"
    return "not defined for this load, or the tool does not say"


def _values(rows: Iterable[PointRow], metric: str) -> list[Value]:
    found = []
    for row in rows:
        cell = next((cell for cell in row.all_cells if cell.metric == metric), None)
        if cell is None or cell.measurement is None:
            continue
        item = cell.measurement
        load = row.point.load
        found.append(
            Value(
                label=row.point.title,
                value=item.value,
                lower=item.lower,
                upper=item.upper,
                sample=item.sample,
                x=load.rate_per_second if isinstance(load, OpenLoad) else 0.0,
            )
        )
    return found


def _forest(metric: str, rows: Sequence[PointRow]) -> Chart | None:
    values = _values(rows, metric)
    drawing = forest(values)
    if drawing is None:
        return None
    definition = definitions()[metric]
    return Chart(
        key=metric,
        title=definition.title,
        unit=definition.unit,
        definition=definition,
        forest=drawing,
        digits=digits(max(value.value for value in values)),
    )


def _curve(name: str, rows: Sequence[PointRow], profile: Profile) -> Chart | None:
    values = _values([row for row in rows if row.point.sweep == name], _SWEEP_METRIC)
    drawing = curve(values, targets=profile.slo_ttft_p95_ms)
    if drawing is None:
        return None
    definition = definitions()[_SWEEP_METRIC]
    return Chart(
        key=f"sweep-{name}",
        title=f"{definition.title} over the offered rate, sweep {name}",
        unit=definition.unit,
        definition=definition,
        curve=drawing,
    )
