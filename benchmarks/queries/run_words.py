"""Words by which runs can be found: profiles, models and deployments of those one may see."""

from dataclasses import dataclass

from arena.tenancy.models import Tenant
from benchmarks.models import Run
from benchmarks.queries.visibility import Viewer, visible


@dataclass(frozen=True, kw_only=True, slots=True)
class RunWords:
    """What the runs that somebody may see can be asked for by."""

    profiles: frozenset[str]
    model_slugs: frozenset[str]
    deployment_slugs: frozenset[str]


def run_words(*, tenant: Tenant, viewer: Viewer) -> RunWords:
    """Return the words by which runs can be found: those of the runs that the viewer may see."""
    rows = Run.objects.filter(visible(viewer), tenant=tenant)

    def words(field: str) -> frozenset[str]:
        return frozenset(rows.order_by().values_list(field, flat=True).distinct())

    return RunWords(
        profiles=words("profile"),
        model_slugs=words("model_slug"),
        deployment_slugs=words("deployment_slug"),
    )
