"""Catalogue, costs, claims, facts, scores and speeds as they were, from the log itself."""

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from benchmarks.queries.past_catalogue import PastCatalogue
from benchmarks.queries.past_folds import FOLDS

__all__ = ["PastCatalogue", "catalogue_as_of"]


def catalogue_as_of(*, tenant: Tenant, position: int) -> PastCatalogue:
    """Fold the catalogue up to a position; time grows with its events, not with the votes."""
    past = PastCatalogue(tenant=tenant)
    for stored in reader.read_of_types(tenant_id=tenant.pk, types=FOLDS, until=position):
        FOLDS[stored.type](past, stored, stored.event)
    return past
