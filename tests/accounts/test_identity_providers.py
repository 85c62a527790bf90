"""GitHub and OpenID Connect: offered only where the environment configures them."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from arena.identity_providers import identity_providers
from arena.tenancy.models import Tenant
from tests import processes

GITHUB = {"ARENA_GITHUB_CLIENT_ID": "id", "ARENA_GITHUB_CLIENT_SECRET": "secret"}
OIDC = {
    "ARENA_OIDC_ISSUER": "https://id.example.org/realms/lab",
    "ARENA_OIDC_CLIENT_ID": "id",
    "ARENA_OIDC_CLIENT_SECRET": "secret",
    "ARENA_OIDC_NAME": "Lab identity",
}
# Providers are chosen when the settings are read, so a process of its own shows the page.
SHOW = """
import django; django.setup()
from django.test import Client
page = Client().get("/accounts/login/", headers={"Host": "localhost"})
print(page.status_code, page.headers["Content-Security-Policy"])
print(page.content.decode())
start = Client().get("/accounts/github/login/", headers={"Host": "localhost"})
print("github:", start.status_code)
"""


def _page(**variables: str) -> str:
    done = processes.python("-c", SHOW, env=processes.environment(**variables))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_page_offers_what_is_configured(tenant: Tenant) -> None:
    page = _page(**GITHUB, **OIDC)
    assert page.startswith("200 ")
    assert 'href="/accounts/github/login/' in page
    assert 'href="/accounts/oidc/oidc/login/' in page
    assert "Lab identity" in page
    policy = page.partition("\n")[0]
    assert "form-action 'self' https://github.com https://id.example.org;" in policy + ";"
    assert page.endswith("github: 200\n")


@pytest.mark.django_db
def test_the_page_offers_nothing_by_default(client: Client, tenant: Tenant) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert "github" not in page.lower()
    assert "third-party" not in page
    assert client.get("/accounts/github/login/").status_code == 404
    assert client.get("/accounts/oidc/oidc/login/").status_code == 404


def test_half_a_configuration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARENA_GITHUB_CLIENT_ID", "id")
    with pytest.raises(ImproperlyConfigured, match="needs ARENA_GITHUB_CLIENT_SECRET too"):
        identity_providers()
    monkeypatch.delenv("ARENA_GITHUB_CLIENT_ID")
    for name, value in OIDC.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ARENA_OIDC_ISSUER", "id.example.org")
    with pytest.raises(ImproperlyConfigured, match="no web address"):
        identity_providers()
