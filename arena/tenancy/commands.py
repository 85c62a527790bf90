"""Open and change arenas. Tenants are settings, not facts, so these write rows and no events."""

from django.db import transaction

from arena.tenancy.models import Tenant


@transaction.atomic
def open_tenant(
    *,
    slug: str,
    name: str,
    is_public: bool,
    host: str | None = None,
    is_default: bool = False,
) -> Tenant:
    """Create the arena, or bring an existing one of that slug to these settings."""
    if is_default:
        Tenant.objects.exclude(slug=slug).filter(is_default=True).update(is_default=False)
    tenant, _ = Tenant.objects.update_or_create(
        slug=slug,
        defaults={
            "name": name,
            "is_public": is_public,
            "host": host.lower() if host else None,
            "is_default": is_default,
        },
    )
    return tenant
