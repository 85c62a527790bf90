"""State what the seed texts claim."""

import uuid
from collections.abc import Sequence

from arena.eventstore import batches, store
from arena.eventstore.domain import DomainError, Outcome
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks.events import SEED_METRIC_UNITS, SeedClaimStated, deployment_stream


def state_seed_claims(
    *, tenant: Tenant, claims: Sequence[SeedClaimStated], actor: str, dry_run: bool = False
) -> list[Outcome]:
    """Append what seed texts state; say for each claim whether it is new, there, or in conflict.

    A claim is told by its text, section, subject, metric, setting and day: the same with another
    number is a conflict. Raises DomainError for an unknown deployment, for a claim about nothing
    or about two things, or for a unit that is not the metric's.
    """
    for claim in claims:
        if claim.unit != SEED_METRIC_UNITS[claim.metric]:
            raise DomainError(
                f"{claim.metric}: the unit is {claim.unit!r},"
                f" want {SEED_METRIC_UNITS[claim.metric]!r}"
            )
        if (claim.deployment_slug is None) == (not claim.subject):
            raise DomainError(f"{claim.metric}: state either a deployment or a subject")
    if not dry_run:
        _require_deployments(tenant, claims)
    return batches.append_missing(
        tenant=tenant,
        actor=actor,
        dry_run=dry_run,
        events=[
            NewEvent(
                stream=claim.stream,
                event=claim,
                event_id=_claim_id(tenant, claim),
                expected_version=None,
            )
            for claim in claims
        ],
    )


def _claim_id(tenant: Tenant, claim: SeedClaimStated) -> uuid.UUID:
    return store.event_id(
        "seed_claim",
        str(tenant.pk),
        claim.seed,
        claim.section,
        claim.deployment_slug or "",
        claim.subject,
        claim.metric,
        claim.setting,
        claim.stated_on.isoformat(),
    )


def _require_deployments(tenant: Tenant, claims: Sequence[SeedClaimStated]) -> None:
    slugs = {claim.deployment_slug for claim in claims if claim.deployment_slug}
    streams = batches.read_streams(tenant=tenant, streams=[deployment_stream(s) for s in slugs])
    for slug in sorted(slugs):
        if deployment_stream(slug) not in streams:
            raise DomainError(f"no deployment {slug!r} is registered; register it first")
