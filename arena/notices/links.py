"""Absolute addresses for readers who came by no request: receivers of webhooks and of mail."""

from django.conf import settings
from django.urls import get_script_prefix

from arena.tenancy.models import Tenant
from arena.tenancy.queries import PREFIX


def absolute(tenant: Tenant, path: str) -> str:
    """Return the address of an arena's page; `path` is what `reverse` returned."""
    site = settings.SITE_URL.rstrip("/")
    arena = "/" if tenant.is_default else f"{PREFIX}{tenant.slug}/"
    return f"{site}{arena}{path.removeprefix(get_script_prefix())}"
