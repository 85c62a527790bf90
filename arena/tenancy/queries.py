"""Find the tenant of a request, a socket or a command line."""

import re

from django.http.request import split_domain_port

from arena.records import records
from arena.tenancy.models import Tenant

PREFIX = "/t/"
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")


class UnknownTenant(LookupError):
    """No arena answers to that slug or host."""


def is_slug(text: str) -> bool:
    """Tell whether an arena could have this slug: 1 to 50 letters, digits, - and _."""
    return _SLUG.fullmatch(text) is not None


def by_slug(slug: str) -> Tenant:
    """Return the tenant; raise UnknownTenant naming the slug."""
    # Checked first because PostgreSQL refuses a NUL in a query, and slugs come out of paths.
    tenant = Tenant.objects.filter(slug=slug).first() if is_slug(slug) else None
    if tenant is None:
        raise UnknownTenant(f"no tenant has the slug {slug!r}")
    return tenant


def by_host(host: str) -> Tenant:
    """Return the tenant that claims the host, else the default tenant; raise UnknownTenant."""
    name, _ = split_domain_port(host)
    # Asked before every page and every answer.
    found = records(Tenant, "host = %s OR is_default", [name])
    if not found:
        raise UnknownTenant(f"no tenant answers on the host {name!r}")
    return max(found, key=lambda tenant: tenant.host == name)


def split_path(path: str) -> tuple[str | None, str]:
    """Split `/t/<slug>/rest` into (slug, `/rest`); any other path into (None, path)."""
    if not path.startswith(PREFIX):
        return None, path
    slug, _, rest = path.removeprefix(PREFIX).partition("/")
    return slug, "/" + rest


def all_tenants() -> list[Tenant]:
    """Return every tenant by slug; for operators, sweeps and metrics only."""
    return list(Tenant.objects.all())
