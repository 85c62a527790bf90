"""Sign-in by other sites, each only when the environment configures it."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from arena.environment import text

_GITHUB = ("ARENA_GITHUB_CLIENT_ID", "ARENA_GITHUB_CLIENT_SECRET")
_OIDC = ("ARENA_OIDC_ISSUER", "ARENA_OIDC_CLIENT_ID", "ARENA_OIDC_CLIENT_SECRET")


def identity_providers() -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return allauth's SOCIALACCOUNT_PROVIDERS and the origins that sign-in forms lead to.

    Both are empty without configuration. Raises ImproperlyConfigured when only some of the
    variables of a provider are set.
    """
    providers: dict[str, dict[str, Any]] = {}
    origins: list[str] = []
    if github := _all_or_none(_GITHUB):
        client_id, secret = github
        providers["github"] = {
            "SCOPE": ["user:email"],
            "APPS": [{"client_id": client_id, "secret": secret}],
        }
        origins.append("https://github.com")
    if oidc := _all_or_none(_OIDC):
        issuer, client_id, secret = oidc
        providers["openid_connect"] = {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": text("ARENA_OIDC_NAME", "Single sign-on"),
                    "client_id": client_id,
                    "secret": secret,
                    "settings": {"server_url": issuer},
                }
            ],
        }
        origins.append(_origin(text("ARENA_OIDC_SIGN_IN_ORIGIN", issuer)))
    return providers, origins


def _all_or_none(names: tuple[str, ...]) -> list[str] | None:
    values = [text(name, "") for name in names]
    if not any(values):
        return None
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise ImproperlyConfigured(f"{names[0]} needs {', '.join(missing)} too.")
    return values


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        raise ImproperlyConfigured(f"{url!r} is no web address such as https://id.example.org.")
    return f"{parts.scheme}://{parts.netloc}"
