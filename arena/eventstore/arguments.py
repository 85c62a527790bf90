"""What the store's management commands have in common: choosing tenants and projections."""

import argparse
from collections.abc import Sequence

from django.core.management.base import CommandError

from arena.eventstore.projection import projections
from arena.tenancy import queries
from arena.tenancy.models import Tenant


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Add `--tenant SLUG`, all tenants by default."""
    parser.add_argument("--tenant", help="slug of one tenant; every tenant when left out")


def tenants(slug: str | None) -> Sequence[Tenant]:
    """Return the tenants meant; raise CommandError for an unknown slug."""
    return queries.all_tenants() if slug is None else [tenant_of(slug)]


def tenant_of(slug: str) -> Tenant:
    """Return the tenant; raise CommandError with the known slugs for another."""
    try:
        return queries.by_slug(slug)
    except queries.UnknownTenant as error:
        known = ", ".join(tenant.slug for tenant in queries.all_tenants()) or "none yet"
        raise CommandError(f"{error}; there are: {known}") from None


def projection_name(name: str) -> str:
    """Return the name; raise CommandError with the known names for another."""
    if name not in projections():
        raise CommandError(
            f"no projection is called {name!r}; there are: {', '.join(projections())}"
        )
    return name
