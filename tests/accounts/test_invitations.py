"""Invitations: by mail, once, for seven days, for the invited address."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from arena.accounts.models import Invitation, Role, User
from arena.accounts.queries import role_of
from arena.tenancy.models import Tenant
from tests.accounts.conftest import MakePerson, SignIn

# The mail leaves after the commit.
pytestmark = pytest.mark.django_db(transaction=True)
LINK = re.compile(r"http://localhost:8000(/account/invitation/\S+/)")


def _link(mail: EmailMessage) -> str:
    match = LINK.search(str(mail.body))
    assert match, mail.body
    return match[1]


def _invite(sign_in: SignIn, by: User, email: str, role: str = "moderator") -> int:
    client = sign_in(by)
    form = {"email": email, "role": role}
    return client.post("/t/demo-private/account/invitations/", form).status_code


def test_an_invited_person_becomes_a_member_once(
    tenant: Tenant,
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    mailoutbox: list[EmailMessage],
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    guest = make_person("guest")
    assert _invite(sign_in, admin, "Guest@Example.org") == 302
    (mail,) = mailoutbox
    assert mail.to == ["guest@example.org"]
    assert "as moderator" in str(mail.body)
    link = _link(mail)
    browser = sign_in(guest)
    assert "Invitation to Private arena" in browser.get(link).content.decode()
    answer = browser.post(link, follow=True)
    assert answer.redirect_chain == [("/t/demo-private/", 302)]
    assert answer.status_code == 200
    assert role_of(tenant=other_tenant, user=guest) == Role.MODERATOR
    assert role_of(tenant=tenant, user=guest) is None
    assert browser.get(link).status_code == 404
    assert browser.post(link).status_code == 404
    assert not Invitation.objects.exists()


def test_the_token_is_not_stored(
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    mailoutbox: list[EmailMessage],
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    _invite(sign_in, admin, "guest@example.org")
    token = _link(mailoutbox[0]).rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    assert token not in str(Invitation.objects.values().get())


def test_an_invitation_is_for_its_verified_address_only(
    tenant: Tenant,
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    mailoutbox: list[EmailMessage],
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    thief = make_person("thief")
    guest = make_person("guest")
    EmailAddress.objects.filter(user=guest).update(verified=False)
    _invite(sign_in, admin, "guest@example.org")
    link = _link(mailoutbox[0])
    for person in (thief, guest):
        answer = sign_in(person).post(link)
        assert answer.status_code == 403
        assert "sent to another address" in answer.content.decode()
        assert role_of(tenant=other_tenant, user=person) is None


def test_the_anonymous_are_asked_to_sign_in_and_come_back(
    tenant: Tenant,
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    mailoutbox: list[EmailMessage],
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    _invite(sign_in, admin, "guest@example.org")
    link = _link(mailoutbox[0])
    page = Client().get(link).content.decode()
    assert f'href="/accounts/login/?next={link}"' in page
    assert f'href="/accounts/signup/?next={link}"' in page
    assert Client().post(link).status_code == 200
    assert Invitation.objects.count() == 1


def test_wrong_arena_and_wrong_token_are_the_same_404(tenant: Tenant, other_tenant: Tenant) -> None:
    token = "0" * 43
    known = Client().get(f"/account/invitation/demo-private/{token}/")
    unknown = Client().get(f"/account/invitation/no-such-one/{token}/")
    assert known.status_code == unknown.status_code == 404
    assert known.content == unknown.content.replace(b"no-such-one", b"demo-private")


def test_expired_revoked_and_replaced_links_stop(
    tenant: Tenant,
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    mailoutbox: list[EmailMessage],
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    guest = sign_in(make_person("guest"))
    _invite(sign_in, admin, "guest@example.org")
    invitation = Invitation.objects.get()
    assert timedelta(days=6, hours=23) < invitation.expires_at - timezone.now() <= timedelta(days=7)
    first = _link(mailoutbox[0])
    manager = sign_in(admin)
    base = f"/t/demo-private/account/invitations/{invitation.pk}"
    assert manager.post(f"{base}/resend/").status_code == 302
    second = _link(mailoutbox[1])
    assert guest.post(first).status_code == 404
    Invitation.objects.update(expires_at=timezone.now())
    assert guest.post(second).status_code == 404
    manager.post(f"{base}/resend/")
    third = _link(mailoutbox[2])
    assert guest.get(third).status_code == 200
    assert manager.post(f"{base}/revoke/").status_code == 302
    assert guest.post(third).status_code == 404
    page = manager.post(f"{base}/resend/", follow=True).content.decode()
    assert "no such invitation any more" in page


def test_nobody_invites_above_their_own_role(
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    mailoutbox: list[EmailMessage],
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    member = make_person("member", Role.MEMBER, other_tenant)
    assert _invite(sign_in, admin, "x@example.org", "owner") == 400
    assert _invite(sign_in, member, "x@example.org", "member") == 403
    assert not mailoutbox
    assert not Invitation.objects.exists()


def test_bad_invitations_say_why(
    other_tenant: Tenant, make_person: MakePerson, sign_in: SignIn
) -> None:
    admin = make_person("admin", Role.ADMIN, other_tenant)
    make_person("member", Role.MEMBER, other_tenant)
    browser = sign_in(admin)
    for email, reason in (
        ("nonsense", "Enter a valid email address"),
        ("member@example.org", "already has this address"),
        ("new@example.org", None),
        ("NEW@example.org", "is invited already"),
    ):
        form = {"email": email, "role": "member"}
        answer = browser.post("/t/demo-private/account/invitations/", form)
        if reason is None:
            assert answer.status_code == 302
        else:
            assert answer.status_code == 400
            assert reason in answer.content.decode()


def test_a_mail_server_that_refuses_leaves_the_invitation(
    other_tenant: Tenant,
    make_person: MakePerson,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    browser = sign_in(make_person("admin", Role.ADMIN, other_tenant))
    form = {"email": "guest@example.org", "role": "member"}
    answer = browser.post("/t/demo-private/account/invitations/", form, follow=True)
    assert "the mail could not be sent" in answer.content.decode()
    assert Invitation.objects.count() == 1
