"""A private arena looks to strangers like one that does not exist."""

from itertools import product

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arena.accounts.commands import create_api_key, remove_member
from arena.accounts.models import Role
from arena.accounts.permissions import can_read
from arena.accounts.queries import authenticate_key
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson, SignIn

pytestmark = pytest.mark.django_db
PATHS = [
    "/",
    "/boards/text/",
    "/account/",
    "/account/members/",
    "/api/v1/boards",
    "/no/such/page",
    "/healthz",
    "/boards/text",
]


@pytest.mark.parametrize("path", PATHS)
def test_strangers_cannot_tell_it_from_an_unknown_one(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn, path: str
) -> None:
    key = create_api_key(tenant=tenant, by=None, name="ci", scopes=["read", "admin"])
    clients = [
        Client(),
        sign_in(make_person("stranger", Role.OWNER, tenant)),
        Client(headers={"Authorization": f"Bearer {key.raw}"}),
    ]
    for client, method in product(clients, ("GET", "POST", "PUT", "DELETE", "OPTIONS")):
        private = client.generic(method, f"/t/demo-private{path}")
        unknown = client.generic(method, f"/t/no-such-aren{path}")
        assert private.status_code == unknown.status_code == 404
        assert private.content.replace(b"demo-private", b"no-such-aren") == unknown.content
        assert _stable_headers(private) == _stable_headers(unknown)
        assert not client.cookies.keys() - {"sessionid"}


def _stable_headers(response: HttpResponseBase) -> dict[str, str]:
    # The count of requests goes down by one between the two.
    counted = {"RateLimit-Remaining", "RateLimit-Reset"}
    return {k: v for k, v in response.headers.items() if k not in counted}


def test_both_refusals_ask_the_database_alike(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    stranger = sign_in(make_person("stranger"))
    with_key = Client(headers={"Authorization": "Bearer ak_live_0"})
    for client, path in ((Client(), "/"), (stranger, "/"), (with_key, "/api/v1/boards")):
        counts = []
        for slug in ("demo-private", "no-such-aren"):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/t/{slug}{path}")
            counts.append(len(queries))
        assert counts[0] == counts[1] > 0


def test_members_and_keys_of_the_arena_get_in(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    member = make_person("member", Role.MEMBER, other_tenant)
    browser = sign_in(member)
    page = browser.get("/t/demo-private/")
    assert page.status_code == 200
    assert "Private arena" in page.content.decode()
    key = create_api_key(tenant=other_tenant, by=member, name="ci", scopes=["read"])
    headers = {"Authorization": f"Bearer {key.raw}"}
    assert Client(headers=headers).get("/t/demo-private/api/v1/boards").status_code == 200
    # A key opens the API, not the pages.
    assert Client(headers=headers).get("/t/demo-private/").status_code == 404
    # The rights of a session end with the membership, at the next request.
    remove_member(tenant=other_tenant, user=member, by=None)
    assert browser.get("/t/demo-private/").status_code == 404
    assert Client(headers=headers).get("/t/demo-private/api/v1/boards").status_code == 404


def test_a_key_without_read_may_vote_and_not_read(tenant: Tenant, other_tenant: Tenant) -> None:
    key = create_api_key(tenant=other_tenant, by=None, name="ci", scopes=["vote"])
    client = Client(headers={"Authorization": f"Bearer {key.raw}"})
    assert client.get("/t/demo-private/api/v1/boards").status_code == 404
    vote = client.post("/t/demo-private/api/v1/votes", {}, content_type="application/json")
    assert vote.status_code not in (401, 403, 404)
    info = authenticate_key(tenant=other_tenant, raw=key.raw)
    assert not can_read(tenant=other_tenant, user=None, key=info)
    assert can_read(tenant=tenant, user=None)


def test_a_private_site_still_lets_people_sign_in(
    make_person: MakePerson, sign_in: SignIn, other_tenant: Tenant
) -> None:
    home = open_tenant(slug="home", name="Secret home", is_public=False, is_default=True)
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        page = Client().get(path)
        assert page.status_code == 200
        assert "Secret home" not in page.content.decode()
    assert Client().get("/").status_code == 404
    assert Client().get("/account/members/").status_code == 404
    # Somebody without a place here still sees the own account, and leaves for an own arena.
    guest = sign_in(make_person("guest", Role.MEMBER, other_tenant))
    assert guest.get("/").status_code == 404
    page = guest.get("/account/")
    assert page.status_code == 200
    assert "Secret home" not in page.content.decode()
    assert guest.get("/account/keys/").status_code == 404
    member = sign_in(make_person("member", Role.MEMBER, home))
    assert "Secret home" in member.get("/").content.decode()
