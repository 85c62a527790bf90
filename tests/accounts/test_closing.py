"""Closing an account deletes the person and leaves the log as it is."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client

from arena.accounts.commands import add_member, create_api_key, invite
from arena.accounts.models import ApiKey, Invitation, Role, User
from arena.accounts.queries import authenticate_key, role_of
from arena.eventstore.verification import Broken, verify_chain
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson
from tests.accounts.test_sign_in import EMAIL, PASSWORD, SIGN_IN, _is_signed_in, _sign_up
from voting.commands import open_board

pytestmark = pytest.mark.django_db(transaction=True)


def _signed_in(mailoutbox: list[EmailMessage]) -> Client:
    client = Client()
    _sign_up(client, mailoutbox)
    client.post("/accounts/login/", SIGN_IN)
    return client


def _close(client: Client, email: str = EMAIL) -> str:
    page = "/account/close/"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": page})
    return client.post(page, {"email": email}).content.decode()


def test_nothing_personal_stays(
    tenant: Tenant, other_tenant: Tenant, make_person: MakePerson, mailoutbox: list[EmailMessage]
) -> None:
    client = _signed_in(mailoutbox)
    elsewhere = Client()
    elsewhere.post("/accounts/login/", SIGN_IN)
    user = User.objects.get(email=EMAIL)
    add_member(tenant=tenant, user=user, role=Role.ADMIN, by=None)
    key = create_api_key(tenant=tenant, by=user, name="ci", scopes=["read"])
    invite(tenant=other_tenant, email=EMAIL, role=Role.MEMBER, by=None)
    invite(tenant=tenant, email="friend@example.org", role=Role.MEMBER, by=user)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    open_board(
        tenant=tenant, slug="text", name="Text", question="Which answer is better?",
        licence="CC-BY-4.0", attribution="Nobody", actor=str(user.actor_id),
    )  # fmt: skip
    assert "Account closed" in _close(client)

    for browser in (client, elsewhere):
        assert not _is_signed_in(browser)
    assert not User.objects.exists()
    assert not EmailAddress.objects.exists()
    assert not Authenticator.objects.exists()
    assert not ApiKey.objects.exists()
    assert authenticate_key(tenant=tenant, raw=key.raw) is None
    assert Invitation.objects.get().email == "friend@example.org"
    assert not any("_auth_user_id" in row.get_decoded() for row in Session.objects.all())
    assert not _tables_that_hold(EMAIL)
    assert _tables_that_hold(str(user.actor_id)) == ["eventstore_event"]
    assert not isinstance(verify_chain(tenant_id=tenant.pk), Broken)


def _tables_that_hold(text: str) -> list[str]:
    """Search every column of every table, sessions decoded by their own test above."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT EXISTS (SELECT 1 FROM {table} AS t WHERE t::text LIKE %s)", [f"%{text}%"]
            )
            row = cursor.fetchone()
            if row and row[0]:
                found.append(table)
    return found


def test_it_asks_for_the_password_and_the_address(
    tenant: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    client = _signed_in(mailoutbox)
    asked = client.get("/account/close/")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert "not the address of your account" in _close(client, "other@example.org")
    assert User.objects.filter(email=EMAIL).exists()


def test_a_form_that_waited_for_the_password_goes_on(
    tenant: Tenant, other_tenant: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    client = _signed_in(mailoutbox)
    user = User.objects.get(email=EMAIL)
    add_member(tenant=other_tenant, user=user, role=Role.MEMBER, by=None)
    asked = client.post("/t/demo-private/account/close/", {"email": EMAIL}, follow=True)
    assert [code for _, code in asked.redirect_chain] == [307, 302]
    form = {"password": PASSWORD, "next": "/account/close/"}
    answer = client.post("/accounts/reauthenticate/", form, follow=True)
    assert "Account closed" in answer.content.decode()
    assert not User.objects.exists()


def test_the_only_owner_of_an_arena_stays(
    tenant: Tenant, make_person: MakePerson, mailoutbox: list[EmailMessage]
) -> None:
    client = _signed_in(mailoutbox)
    user = User.objects.get(email=EMAIL)
    add_member(tenant=tenant, user=user, role=Role.OWNER, by=None)
    assert "You are the only owner of Public arena." in _close(client)
    assert role_of(tenant=tenant, user=user) == Role.OWNER
    make_person("second", Role.OWNER, tenant)
    assert "Account closed" in _close(client)
    assert not User.objects.filter(email=EMAIL).exists()
