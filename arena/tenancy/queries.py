"""Find the tenant of a request, a socket or a command line."""

from arena.tenancy.models import Tenant

PREFIX = "/t/"


class UnknownTenant(LookupError):
    """No arena answers to that slug or host."""


def by_slug(slug: str) -> Tenant:
    """Return the tenant; raise UnknownTenant naming the slug."""
    try:
        return Tenant.objects.get(slug=slug)
    except Tenant.DoesNotExist:
        raise UnknownTenant(f"no tenant has the slug {slug!r}") from None


def by_host(host: str) -> Tenant:
    """Return the tenant that claims the host, else the default tenant; raise UnknownTenant."""
    name = host.rsplit(":", 1)[0].lower() if not host.endswith("]") else host.lower()
    tenant = (
        Tenant.objects.filter(host=name).first() or Tenant.objects.filter(is_default=True).first()
    )
    if tenant is None:
        raise UnknownTenant(f"no tenant answers on the host {name!r}")
    return tenant


def split_path(path: str) -> tuple[str | None, str]:
    """Split `/t/<slug>/rest` into (slug, `/rest`); any other path into (None, path)."""
    if not path.startswith(PREFIX):
        return None, path
    slug, _, rest = path.removeprefix(PREFIX).partition("/")
    return slug, "/" + rest


def all_tenants() -> list[Tenant]:
    """Return every tenant by slug; for operators, sweeps and metrics only."""
    return list(Tenant.objects.all())
