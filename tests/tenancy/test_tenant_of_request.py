"""Which arena a request belongs to, by host and by path, and where its links lead."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from arena.tenancy.queries import UnknownTenant, by_host

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.tenancy.urls")]


@pytest.fixture
def second(db: None) -> Tenant:
    return open_tenant(slug="second", name="Second", is_public=True, host="Second.Example.org")


def test_a_path_without_prefix_is_the_default_arena(client: Client, tenant: Tenant) -> None:
    where = client.get("/sync/text/").json()
    assert where["tenant"] == "public"
    assert where["reverse"] == "/sync/text/"


def test_a_prefix_picks_the_arena_and_keeps_links_inside(
    client: Client, tenant: Tenant, second: Tenant
) -> None:
    where = client.get("/t/second/sync/text/?x=1").json()
    assert where == {
        "tenant": "second",
        "path": "/t/second/sync/text/",
        "path_info": "/sync/text/",
        "reverse": "/t/second/sync/text/",
        "absolute": "http://testserver/t/second/sync/text/?x=1",
    }


def test_redirects_and_slash_redirects_stay_inside(
    client: Client, tenant: Tenant, second: Tenant
) -> None:
    assert client.get("/t/second/go/").headers["Location"] == "/t/second/sync/text/"
    assert client.get("/t/second/sync/text").headers["Location"] == "/t/second/sync/text/"


def test_the_prefix_of_one_request_does_not_reach_the_next(
    client: Client, tenant: Tenant, second: Tenant
) -> None:
    client.get("/t/second/sync/text/")
    assert reverse("go") == "/go/"
    client.get("/t/nowhere/sync/text/")
    assert client.get("/sync/text/").json()["reverse"] == "/sync/text/"


def test_an_arena_answers_on_its_own_host(
    client: Client, tenant: Tenant, second: Tenant, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for host in ("second.example.org", "SECOND.example.org:8443", "second.example.org."):
        where = client.get("/sync/text/", headers={"Host": host}).json()
        assert where["tenant"] == "second"
        assert where["reverse"] == "/sync/text/"
    assert client.get("/sync/text/", headers={"Host": "[::1]:8000"}).json()["tenant"] == "public"


def test_the_prefix_wins_over_the_host(
    client: Client, tenant: Tenant, second: Tenant, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    answer = client.get("/t/public/sync/text/", headers={"Host": "second.example.org"})
    assert answer.json()["tenant"] == "public"


def test_without_a_default_arena_other_hosts_have_none(db: None) -> None:
    with pytest.raises(UnknownTenant, match="nowhere"):
        by_host("nowhere.example.org")


@pytest.mark.parametrize(
    "slug", ["nowhere", "", "%00", "Public", "a" * 51, "..", "second/..", "%2e%2e", "é"]
)
def test_an_unknown_or_impossible_slug_is_404(client: Client, tenant: Tenant, slug: str) -> None:
    assert client.get(f"/t/{slug}/sync/text/").status_code == 404


def test_a_prefix_is_taken_off_once(client: Client, tenant: Tenant, second: Tenant) -> None:
    assert client.get("/t/second/t/public/sync/text/").status_code == 404


@pytest.mark.parametrize("slug", ["second", "nowhere", "demo-private", "we%20ird", "%00"])
def test_sign_in_below_any_slug_leads_to_the_sites_own(
    client: Client, tenant: Tenant, second: Tenant, other_tenant: Tenant, slug: str
) -> None:
    answer = client.get(f"/t/{slug}/accounts/login/?next=/t/{slug}/")
    assert answer.status_code == 307
    assert answer.headers["Location"] == f"/accounts/login/?next=/t/{slug}/"


def test_the_sign_in_redirect_leads_to_this_site_only(client: Client, tenant: Tenant) -> None:
    answer = client.get("/t/x//accounts/login/")
    assert answer.status_code == 404
    answer = client.get("/t/x/accounts//evil.example.org/")
    assert answer.headers["Location"] == "/accounts//evil.example.org/"
