"""Every page of sign-in and protection in our own dress: one heading, labels, nothing inline."""

import re
from html.parser import HTMLParser

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from typing_extensions import override

from arena.tenancy.models import Tenant
from tests.accounts.test_sign_in import PASSWORD, SIGN_IN, Clock, _sign_up, _totp, _totp_secret
from tests.accounts.test_sign_in import clock as clock

pytestmark = pytest.mark.django_db(transaction=True)
ANONYMOUS = [
    "login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/",
    "password/reset/key/0-0/", "inactive/", "3rdparty/login/cancelled/",
]  # fmt: skip
SIGNED_IN = [
    "logout/", "email/", "password/change/", "reauthenticate/", "2fa/", "2fa/webauthn/",
    "2fa/webauthn/add/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
    "2fa/totp/deactivate/", "3rdparty/",
]  # fmt: skip


class Page(HTMLParser):
    """Collects what a page must have and must not have."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings = 0
        self.inline: list[str] = []
        self.labelled: set[str] = set()
        self.fields: dict[str, str] = {}
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.headings += tag == "h1"
        if "style" in values or any(name.startswith("on") for name in values):
            self.inline.append(self.get_starttag_text() or "")
        if tag == "script" and "src" not in values and values.get("type") != "application/json":
            self.inline.append(self.get_starttag_text() or "")
        if tag == "label":
            self.labelled.add(values.get("for", ""))
        if tag in {"input", "select", "textarea"} and values.get("type") not in {
            "hidden",
            "submit",
        }:
            self.fields[values.get("id", "")] = values.get("name", "")


def _check(client: Client, path: str) -> None:
    # At localhost, where passkeys are offered too.
    answer = client.get(f"/accounts/{path}", headers={"Host": "localhost"})
    assert answer.status_code == 200, (path, answer.headers.get("Location"))
    html = answer.content.decode()
    page = Page(html)
    assert page.headings == 1, path
    assert not page.inline, path
    assert page.fields.keys() <= page.labelled, path
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    assert title
    assert title[1].strip(), path


def test_pages_of_the_anonymous(tenant: Tenant) -> None:
    for path in ANONYMOUS:
        _check(Client(), path)


def test_pages_of_the_signed_in(
    tenant: Tenant, mailoutbox: list[EmailMessage], clock: Clock
) -> None:
    client = Client()
    _sign_up(client, mailoutbox)
    client.post("/accounts/login/", SIGN_IN)
    _totp_secret(client)
    _check(client, "2fa/totp/activate/")
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": _totp(secret, at_s=clock.now_s)})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/account/"})
    for path in SIGNED_IN:
        _check(client, path)
    second_step = Client()
    second_step.post("/accounts/login/", SIGN_IN)
    _check(second_step, "2fa/authenticate/")
