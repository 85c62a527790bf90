"""Read what the seed texts state, each statement with what speaks against it."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from arena.tenancy.models import Tenant
from benchmarks.events import METRIC_UNITS, Measures
from benchmarks.models import Deployment, LanguageModel, SeedClaim
from benchmarks.plausibility import (
    ClaimedRow,
    ClaimStatus,
    Finding,
    claim_findings,
    claim_status,
    smallest_sizes,
)
from benchmarks.quality import measures_of_claim
from benchmarks.queries.catalogue import DeploymentInfo, ExternalValueInfo
from benchmarks.queries.names import unresolved_names

_SIZE: Final = "size_gb"
_JUDGED: Final = ("decode_tokens_per_second", "ttft_ms", _SIZE)
"""The metrics that the rules look at; names are judged without any."""
_READ_BY_BOARDS: Final = frozenset({*METRIC_UNITS, *_JUDGED})
_Place = Deployment | DeploymentInfo
"""As the read table has it, or as it was at some position."""
_RowKey = tuple[str, str, str, str, date]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeedClaimInfo:
    """One statement; `findings` say why it is flagged or quarantined."""

    position: int
    seed: str
    section: str
    deployment_slug: str | None
    model_slug: str | None
    """None where nobody knows yet what its name means."""
    model_name: str | None
    subject: str
    metric: str
    value: float
    unit: str
    out_of: float | None
    setting: str
    approximate: bool
    note: str
    source_name: str
    source_url: str | None
    stated_on: date
    status: ClaimStatus
    findings: tuple[Finding, ...]

    @property
    def measures(self) -> Measures | None:
        """Return what the score measures; None for what is no score, or where nobody says."""
        return measures_of_claim(
            seed=self.seed, metric=self.metric, section=self.section, setting=self.setting
        )

    def as_external_value(self) -> ExternalValueInfo:
        """Return the claim in the shape of values that others publish; it is about a deployment."""
        if self.deployment_slug is None:
            raise ValueError(f"claim {self.position} is about no deployment")
        return ExternalValueInfo(
            deployment_slug=self.deployment_slug,
            metric=self.metric,
            value=self.value,
            unit=self.unit,
            approximate=self.approximate,
            note=", ".join(filter(None, (self.section, self.setting, self.note))),
            source_name=self.source_name,
            source_url=self.source_url,
            stated_on=self.stated_on,
            position=self.position,
        )


def seed_claims(
    *, tenant: Tenant, seed: str | None = None, model_slug: str | None = None
) -> list[SeedClaimInfo]:
    """Return every statement in the order of the log, of one text or about one model if asked."""
    # All of a text is read even for one model: the size of its weights may stand elsewhere in it.
    rows = SeedClaim.objects.filter(tenant=tenant).order_by("position")
    claims = _judged(tenant, list(rows if seed is None else rows.filter(seed=seed)))
    return [claim for claim in claims if model_slug in (None, claim.model_slug)]


def seed_values(*, tenant: Tenant) -> list[ExternalValueInfo]:
    """Return what the seed texts state of deployments in the metrics that boards have.

    Without what is flagged or quarantined.
    """
    rows = SeedClaim.objects.filter(
        tenant=tenant, deployment_slug__isnull=False, metric__in=_READ_BY_BOARDS
    ).order_by("position")
    return _values(_judged(tenant, list(rows)))


def seed_values_of(
    rows: Sequence[SeedClaim],
    *,
    places: Mapping[str, DeploymentInfo],
    names: Mapping[str, str],
    unresolved: Mapping[str, str],
) -> list[ExternalValueInfo]:
    """Return the same of any rows, in the order of the log: what boards had at some position."""
    read = [row for row in rows if row.deployment_slug and row.metric in _READ_BY_BOARDS]
    return _values(_judged_with(read, places, {**names, **unresolved}, unresolved))


def _values(claims: Iterable[SeedClaimInfo]) -> list[ExternalValueInfo]:
    return [
        claim.as_external_value()
        for claim in claims
        if claim.status == "stated" and claim.metric in METRIC_UNITS
    ]


def _judged(tenant: Tenant, claims: Sequence[SeedClaim]) -> list[SeedClaimInfo]:
    if not claims:
        return []
    places = {place.slug: place for place in Deployment.objects.filter(tenant=tenant)}
    names = dict(LanguageModel.objects.filter(tenant=tenant).values_list("slug", "name"))
    unresolved = unresolved_names(tenant=tenant)
    names |= unresolved
    return _judged_with(claims, places, names, unresolved)


def _judged_with(
    claims: Sequence[SeedClaim],
    places: Mapping[str, _Place],
    names: Mapping[str, str],
    unresolved: Container[str],
) -> list[SeedClaimInfo]:
    findings = _findings(claims, places, names)
    return [
        _info(
            claim,
            places.get(claim.deployment_slug or ""),
            names,
            findings.get(_key(claim), ()),
            unresolved,
        )
        for claim in claims
    ]


def _key(claim: SeedClaim) -> _RowKey:
    """Figures of one row of a text: one deployment under one condition in one section."""
    return claim.seed, claim.section, claim.deployment_slug or "", claim.setting, claim.stated_on


def _findings(
    claims: Iterable[SeedClaim],
    places: Mapping[str, _Place],
    names: Mapping[str, str],
) -> dict[_RowKey, tuple[Finding, ...]]:
    values: dict[_RowKey, dict[str, float]] = defaultdict(dict)
    sizes: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for claim in claims:
        place = places.get(claim.deployment_slug or "")
        if place is None:
            continue
        values[_key(claim)][claim.metric] = claim.value
        if claim.metric == _SIZE:
            sizes[claim.seed].append((place.model_slug, claim.value))
    smallest = {seed: smallest_sizes(pairs) for seed, pairs in sizes.items()}
    result = {}
    for key, by_metric in values.items():
        seed, _, slug, _, _ = key
        place = places[slug]
        row = ClaimedRow(
            model=names.get(place.model_slug, place.model_slug),
            quantization=place.quantization,
            engine=place.engine,
            hardware=place.hardware,
            node_count=place.node_count,
            values=by_metric,
            size_gb=smallest.get(seed, {}).get(place.model_slug),
        )
        result[key] = tuple(claim_findings(row))
    return result


def _info(
    claim: SeedClaim,
    place: _Place | None,
    names: Mapping[str, str],
    findings: Sequence[Finding],
    unresolved: Container[str],
) -> SeedClaimInfo:
    return SeedClaimInfo(
        position=claim.position,
        seed=claim.seed,
        section=claim.section,
        deployment_slug=claim.deployment_slug,
        model_slug=place.model_slug if place and place.model_slug not in unresolved else None,
        model_name=names.get(place.model_slug, place.model_slug) if place else None,
        subject=claim.subject,
        metric=claim.metric,
        value=claim.value,
        unit=claim.unit,
        out_of=claim.out_of,
        setting=claim.setting,
        approximate=claim.approximate,
        note=claim.note,
        source_name=claim.source_name,
        source_url=claim.source_url,
        stated_on=claim.stated_on,
        status=claim_status(findings),
        findings=tuple(findings),
    )
