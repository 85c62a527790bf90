"""What the page of claims says: whose they are, what speaks against them, what they compute."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from benchmarks.arithmetic import Check, Input
from benchmarks.deployment_label import label
from benchmarks.naming import slugify
from benchmarks.plausibility import Finding
from benchmarks.queries import DeploymentInfo, ExternalValueInfo, ModelInfo, SeedClaimInfo
from benchmarks.seed_files import seed_of_published
from leaderboards.cell_words import claim_text
from leaderboards.references import web_address
from leaderboards.templatetags.numbers import number

_DECIMALS: Final = 10
_COMPUTED_DECIMALS: Final = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimLine:
    """One claim in words. `seed` is the text it is from, empty for what others publish."""

    position: int
    seed: str
    section: str
    model_slug: str | None
    about: str
    deployment: str
    setting: str
    metric: str
    measures: str
    """What a score measures, empty for everything else."""
    text: str
    unit: str
    note: str
    source_name: str
    source_url: str | None
    stated_on: date
    status: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """One source: how many claims, and how many of them are doubted."""

    key: str
    name: str
    url: str | None
    seed: str
    first_on: date
    last_on: date
    count: int
    flagged: int
    quarantined: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubtedRow:
    """Figures of one row of a text that share what speaks against them."""

    first: ClaimLine
    lines: tuple[ClaimLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckLine:
    """A stated figure beside the recomputed one, in words."""

    check: Check
    stated: str
    recomputed: str
    off: str
    inputs: tuple[str, ...]


def seed_lines(
    claims: Iterable[SeedClaimInfo], deployments: dict[str, DeploymentInfo]
) -> list[ClaimLine]:
    """Return what the seed texts state, in their order."""
    return [_seed_line(claim, deployments) for claim in claims]


def published_lines(
    values: Iterable[ExternalValueInfo],
    deployments: dict[str, DeploymentInfo],
    models: dict[str, ModelInfo],
) -> list[ClaimLine]:
    """Return what others publish; the table of a seed text came in the same way, and says so."""
    return [
        _published_line(value, deployments[value.deployment_slug], models)
        for value in values
        if value.deployment_slug in deployments
    ]


def by_source(lines: Iterable[ClaimLine]) -> list[SourceLine]:
    """Return one line a source, seed texts first, in the order of their ids and names."""
    of: dict[str, list[ClaimLine]] = defaultdict(list)
    for line in lines:
        of[line.source_name].append(line)
    sources = [_source(name, found) for name, found in of.items()]
    return sorted(sources, key=lambda source: (not source.seed, source.seed, source.name))


def of_source(lines: Iterable[ClaimLine], key: str) -> list[ClaimLine]:
    """Return the claims of one source, by position in the log."""
    found = [line for line in lines if slugify(line.source_name) == key]
    return sorted(found, key=lambda line: line.position)


def doubted(lines: Iterable[ClaimLine]) -> list[DoubtedRow]:
    """Return the rows that the gate flags or quarantines, quarantined ones first."""
    of: dict[tuple[str, ...], list[ClaimLine]] = defaultdict(list)
    for line in lines:
        if line.findings:
            row = (line.source_name, line.section, line.about, line.deployment, line.setting)
            of[row].append(line)
    rows = [DoubtedRow(first=found[0], lines=tuple(found)) for found in of.values()]
    return sorted(rows, key=lambda row: (row.first.status != "quarantined", row.first.position))


def check_lines(checks: Sequence[Check]) -> list[CheckLine]:
    """Return the arithmetic of the texts, those that do not hold first."""
    ordered = sorted(checks, key=lambda check: check.verdict != "does not hold")
    return [
        CheckLine(
            check=check,
            stated=figure(check.stated),
            recomputed=number(check.recomputed, check.digits),
            # Rounded first: minus zero reads as a difference.
            off=number(round(check.off_percent) or 0),
            inputs=tuple(_input(part) for part in check.inputs),
        )
        for check in ordered
    ]


def figure(value: float) -> str:
    """Return a value with the decimals it was stated with, thousands apart from 10 000 on."""
    plain = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return number(value, len(plain.partition(".")[2]))


def _input(part: Input) -> str:
    if part.source == "the text":
        return f"{part.name} {figure(part.value)} {part.unit}"
    value = figure(round(part.value, _COMPUTED_DECIMALS))
    return f"{part.name} {value} {part.unit} ({part.source})"


def _seed_line(claim: SeedClaimInfo, deployments: dict[str, DeploymentInfo]) -> ClaimLine:
    place = deployments.get(claim.deployment_slug or "")
    text = ("~" if claim.approximate else "") + figure(claim.value)
    if claim.out_of is not None:
        text = f"{text} of {figure(claim.out_of)}"
    return ClaimLine(
        position=claim.position,
        seed=claim.seed,
        section=claim.section,
        model_slug=claim.model_slug,
        about=claim.model_name or claim.subject,
        deployment=label(place) if place else "",
        setting=claim.setting,
        metric=_title(claim.metric),
        measures=claim.measures or "",
        text=text,
        unit=claim.unit,
        note=claim.note,
        source_name=claim.source_name,
        source_url=web_address(claim.source_url),
        stated_on=claim.stated_on,
        status=claim.status,
        findings=claim.findings,
    )


def _published_line(
    value: ExternalValueInfo, place: DeploymentInfo, models: dict[str, ModelInfo]
) -> ClaimLine:
    known = models.get(place.model_slug)
    shown = bool(value.value) if value.unit == "yes/no" and value.value is not None else value.value
    return ClaimLine(
        position=value.position,
        seed=seed_of_published().get(value.source_name, ""),
        section="",
        model_slug=place.model_slug,
        about=known.name if known else place.model_slug,
        deployment=label(place),
        setting="",
        metric=_title(value.metric),
        measures="",
        text=claim_text(shown, approximate=value.approximate),
        unit=value.unit,
        note=value.note,
        source_name=value.source_name,
        source_url=web_address(value.source_url),
        stated_on=value.stated_on,
        status="stated",
        findings=(),
    )


def _source(name: str, lines: Sequence[ClaimLine]) -> SourceLine:
    counted = Counter(line.status for line in lines)
    return SourceLine(
        key=slugify(name),
        name=name,
        url=next((line.source_url for line in lines if line.source_url), None),
        seed=next((line.seed for line in lines if line.seed), ""),
        first_on=min(line.stated_on for line in lines),
        last_on=max(line.stated_on for line in lines),
        count=len(lines),
        flagged=counted["flagged"],
        quarantined=counted["quarantined"],
    )


def _title(metric: str) -> str:
    return metric.replace("_", " ")
