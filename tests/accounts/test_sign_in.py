"""Sign-up, the link in the mail, sign-in, the second step: through HTTP as a person does it."""

import base64
import hashlib
import hmac
import re
import struct
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from arena.accounts.commands import add_member, invite
from arena.accounts.models import Role, User
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "new@example.org"
PASSWORD = "correct horse battery staple"
SIGN_UP = {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD}
SIGN_IN = {"login": EMAIL, "password": PASSWORD}


class Clock:
    """The time that TOTP sees, so that no test waits for the next code."""

    def __init__(self) -> None:
        self.now_s = time.time()

    def time(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", stopped)
    return stopped


def _totp(secret: str, *, at_s: float) -> str:
    """Return the six digits of RFC 6238 with SHA-1 and steps of 30 s."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(at_s) // 30), hashlib.sha1).digest()
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def _link(mail: EmailMessage, part: str) -> str:
    match = re.search(rf"http://\S+{part}\S+", str(mail.body))
    assert match, mail.body
    return urlsplit(match[0]).path


def _is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def _sign_up(client: Client, mailoutbox: list[EmailMessage]) -> None:
    answer = client.post("/accounts/signup/", SIGN_UP)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    link = _link(mailoutbox[-1], "/accounts/confirm-email/")
    assert client.get(link).status_code == 200
    client.post(link)


def _totp_secret(client: Client) -> str:
    """Open the enrolment page, which wants the password again, and return the secret it shows."""
    page = "/accounts/2fa/totp/activate/"
    asked = client.get(page)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    form = {"password": PASSWORD, "next": page}
    answer = client.post("/accounts/reauthenticate/", form, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    secret = str(answer.context["form"].secret)
    assert secret in answer.content.decode()
    return secret


def test_from_sign_up_to_sign_in_with_a_second_step(
    tenant: Tenant, mailoutbox: list[EmailMessage], clock: Clock
) -> None:
    client = Client()
    client.post("/accounts/signup/", SIGN_UP)
    assert not _is_signed_in(client)
    # Without the link in the mail the right password is not enough.
    client.post("/accounts/login/", SIGN_IN)
    assert not _is_signed_in(client)
    client.post(_link(mailoutbox[0], "/accounts/confirm-email/"))
    answer = client.post("/accounts/login/", SIGN_IN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert _is_signed_in(client)

    secret = _totp_secret(client)
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "no"})
    assert "Incorrect code" in wrong.content.decode()
    client.post("/accounts/2fa/totp/activate/", {"code": _totp(secret, at_s=clock.now_s)})
    assert "Authenticator app: on" in client.get("/account/").content.decode()
    client.post("/accounts/logout/")
    assert not _is_signed_in(client)

    answer = client.post("/accounts/login/", SIGN_IN)
    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not _is_signed_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": "no"}).status_code == 200
    assert not _is_signed_in(client)
    clock.now_s += 60
    code = {"code": _totp(secret, at_s=clock.now_s)}
    client.post("/accounts/2fa/authenticate/", code)
    assert _is_signed_in(client)
    # A code works once.
    thief = Client()
    thief.post("/accounts/login/", SIGN_IN)
    thief.post("/accounts/2fa/authenticate/", code)
    assert not _is_signed_in(thief)


def test_a_recovery_code_signs_in_once_and_secrets_are_stored_encrypted(
    tenant: Tenant, mailoutbox: list[EmailMessage], clock: Clock
) -> None:
    client = Client()
    _sign_up(client, mailoutbox)
    client.post("/accounts/login/", SIGN_IN)
    secret = _totp_secret(client)
    client.post("/accounts/2fa/totp/activate/", {"code": _totp(secret, at_s=clock.now_s)})
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    stored = list(Authenticator.objects.values_list("data", flat=True))
    assert len(stored) == 2
    assert secret not in str(stored)
    assert codes[0] not in str(stored)
    for works in (True, False):
        browser = Client()
        browser.post("/accounts/login/", SIGN_IN)
        browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert _is_signed_in(browser) is works


def test_sign_up_and_reset_do_not_tell_which_addresses_exist(
    tenant: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    _sign_up(Client(), mailoutbox)
    for form in (SIGN_UP, SIGN_UP | {"email": "other@example.org"}):
        answer = Client().post("/accounts/signup/", form)
        assert answer.headers["Location"] == "/accounts/confirm-email/"
    for email in (EMAIL, "nobody@example.org"):
        answer = Client().post("/accounts/password/reset/", {"email": email})
        assert answer.headers["Location"] == "/accounts/password/reset/done/"
    wrong = [
        Client().post("/accounts/login/", {"login": email, "password": "wrong"}).content.decode()
        for email in (EMAIL, "nobody@example.org")
    ]
    errors = [re.findall(r'class="errorlist.*?</ul>', page, re.DOTALL) for page in wrong]
    assert errors[0] == errors[1] != []
    assert User.objects.filter(email=EMAIL).count() == 1


def test_a_reset_link_works_once(tenant: Tenant, mailoutbox: list[EmailMessage]) -> None:
    _sign_up(Client(), mailoutbox)
    Client().post("/accounts/password/reset/", {"email": EMAIL})
    link = _link(mailoutbox[-1], "/accounts/password/reset/key/")
    client = Client()
    form_at = client.get(link).headers["Location"]
    new = {"password1": "another horse entirely", "password2": "another horse entirely"}
    assert client.post(form_at, new).status_code == 302
    assert Client().get(link).context["token_fail"]
    client.post("/accounts/login/", SIGN_IN | {"password": "another horse entirely"})
    assert _is_signed_in(client)


def test_guessing_a_password_is_slowed_down(tenant: Tenant, mailoutbox: list[EmailMessage]) -> None:
    _sign_up(Client(), mailoutbox)
    client = Client()
    for _ in range(6):
        answer = client.post("/accounts/login/", SIGN_IN | {"password": "wrong"})
    assert "Too many failed" in answer.content.decode()
    # The right password does not help either before the pause is over.
    client.post("/accounts/login/", SIGN_IN)
    assert not _is_signed_in(client)


def test_guessing_the_second_step_is_slowed_down(
    tenant: Tenant, mailoutbox: list[EmailMessage], clock: Clock
) -> None:
    client = Client()
    _sign_up(client, mailoutbox)
    client.post("/accounts/login/", SIGN_IN)
    secret = _totp_secret(client)
    client.post("/accounts/2fa/totp/activate/", {"code": _totp(secret, at_s=clock.now_s)})
    thief = Client()
    thief.post("/accounts/login/", SIGN_IN)
    for _ in range(6):
        answer = thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Too many failed" in answer.content.decode()
    clock.now_s += 60
    right = {"code": _totp(secret, at_s=clock.now_s)}
    thief.post("/accounts/2fa/authenticate/", right)
    assert not _is_signed_in(thief)


def test_sign_in_leads_back_and_nowhere_else(
    tenant: Tenant, other_tenant: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    _sign_up(Client(), mailoutbox)
    user = User.objects.get(email=EMAIL)
    add_member(tenant=other_tenant, user=user, role=Role.MEMBER, by=None)
    login = "/t/demo-private/accounts/login/?next=/t/demo-private/"
    client = Client()
    at = client.get(login).headers["Location"]
    assert 'value="/t/demo-private/"' in client.get(at).content.decode()
    answer = client.post(at, SIGN_IN | {"next": "/t/demo-private/"}, follow=True)
    assert answer.redirect_chain[-1] == ("/t/demo-private/", 302)
    assert answer.status_code == 200
    elsewhere = Client().post("/accounts/login/", SIGN_IN | {"next": "https://evil.example/"})
    assert elsewhere.headers["Location"] == "/"


def test_a_form_posted_below_a_prefix_is_posted_again_at_the_root(
    tenant: Tenant, other_tenant: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    client = Client()
    _sign_up(client, mailoutbox)
    client.post("/t/demo-private/accounts/login/", SIGN_IN, follow=True)
    assert _is_signed_in(client)
    answer = client.post("/t/demo-private/accounts/logout/", follow=True)
    assert answer.redirect_chain == [("/accounts/logout/", 307), ("/", 302)]
    assert not _is_signed_in(client)


def test_without_a_readable_home_one_lands_in_an_own_arena(
    tenant: Tenant, other_tenant: Tenant, mailoutbox: list[EmailMessage]
) -> None:
    Tenant.objects.filter(pk=tenant.pk).update(is_public=False)
    client = Client()
    _sign_up(client, mailoutbox)
    assert client.post("/accounts/login/", SIGN_IN).headers["Location"] == "/account/"
    user = User.objects.get(email=EMAIL)
    add_member(tenant=other_tenant, user=user, role=Role.MEMBER, by=None)
    again = Client().post("/accounts/login/", SIGN_IN)
    assert again.headers["Location"] == "/t/demo-private/"


def test_by_invitation_only_the_invited_address_signs_up(
    tenant: Tenant,
    other_tenant: Tenant,
    make_person: MakePerson,
    mailoutbox: list[EmailMessage],
    settings: Settings,
) -> None:
    settings.SIGNUP = "invited"
    assert "by invitation" in Client().get("/accounts/login/").content.decode()
    refused = Client().post("/accounts/signup/", SIGN_UP)
    assert refused.status_code == 200
    assert "by invitation" in refused.content.decode()
    assert not User.objects.filter(email=EMAIL).exists()
    admin = make_person("admin", Role.ADMIN, other_tenant)
    invite(tenant=other_tenant, email=EMAIL, role=Role.MEMBER, by=admin)
    _sign_up(Client(), mailoutbox)
    assert User.objects.filter(email=EMAIL).exists()


def test_the_sign_in_page_says_where_passkeys_work(tenant: Tenant) -> None:
    plain = Client().get("/accounts/login/", headers={"Host": "127.0.0.1:8000"}).content.decode()
    assert "work over https only, and at http://localhost" in plain
    assert "Sign in with a passkey" not in plain
    for secure in (
        Client().get("/accounts/login/", headers={"Host": "localhost:8000"}),
        Client().get("/accounts/login/", secure=True),
    ):
        assert "Sign in with a passkey" in secure.content.decode()
