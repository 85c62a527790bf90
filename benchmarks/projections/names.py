"""Fold deployments, and the names of models that are not known, into their read tables.

One projection, since a name that was merged moves its deployments to the model it means.
"""

from collections.abc import Sequence

from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent, fact_of
from arena.tenancy.models import Tenant
from benchmarks.catalogue_rows import deployment_row
from benchmarks.events import DeploymentRegistered, ModelNameDecided, ModelNameSeen
from benchmarks.models import Deployment, ModelName


@projection(
    name="deployments",
    events=[DeploymentRegistered, ModelNameSeen, ModelNameDecided],
    tables=[Deployment, ModelName],
)
def fold_deployments(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Keep each deployment under the model that its name means now, and every name seen."""
    rows: dict[str, Deployment] = {}
    meant = _meant(tenant)
    for stored in events:
        match stored.event:
            case DeploymentRegistered() as fact:
                rows[fact.slug] = deployment_row(tenant, stored, meant=meant.get(fact.model_slug))
            case ModelNameSeen() as seen:
                _see(tenant, stored, seen)
            case _:
                decided = fact_of(stored, ModelNameDecided)
                _decide(tenant, stored, decided)
                if decided.into is not None:
                    meant[decided.slug] = decided.into
                    _move(tenant, rows, decided.slug, decided.into, stored.position)
    Deployment.objects.bulk_create(rows.values())


def _meant(tenant: Tenant) -> dict[str, str]:
    merged = ModelName.objects.filter(tenant=tenant, into__isnull=False)
    return {slug: into for slug, into in merged.values_list("slug", "into") if into is not None}


def _see(tenant: Tenant, stored: StoredEvent, seen: ModelNameSeen) -> None:
    ModelName.objects.create(
        tenant=tenant,
        slug=seen.slug,
        name=seen.name,
        origin=seen.origin,
        seen_at=stored.recorded_at,
        seen_position=stored.position,
        status="waiting",
        position=stored.position,
    )


def _decide(tenant: Tenant, stored: StoredEvent, decided: ModelNameDecided) -> None:
    ModelName.objects.filter(tenant=tenant, slug=decided.slug).update(
        status=decided.decision,
        into=decided.into,
        reason=decided.reason,
        decided_by=decided.decided_by,
        decided_at=stored.recorded_at,
        position=stored.position,
    )


def _move(tenant: Tenant, rows: dict[str, Deployment], slug: str, into: str, position: int) -> None:
    """Put the deployments of a name, stored or about to be, under the model that it means."""
    Deployment.objects.filter(tenant=tenant, model_slug=slug).update(
        model_slug=into, position=position
    )
    for row in rows.values():
        if row.model_slug == slug:
            row.model_slug, row.position = into, position
