"""Who may have webhooks, where they lead, and that no other arena and no key change that."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from pytest_django import Settings

from arena.accounts.commands import change_role, remove_member
from arena.accounts.models import Role, User
from arena.notices import commands
from arena.notices.models import Delivery, Webhook
from arena.tenancy.models import Tenant
from tests.leaderboards import scenes
from tests.notices.conftest import PAGE, MovesBoard, Receiver, SignsIn, deliver, make_webhook, text
from workers.commands import remove_target

pytestmark = pytest.mark.django_db


def test_private_targets_are_refused_when_it_is_made_and_when_it_is_sent(
    tenant: Tenant, receiver: Receiver, signed_in: SignsIn
) -> None:
    client = signed_in()
    form = {"boards": ["text"], "kinds": ["rules.set"]}
    for url, reason in (
        ("https://10.1.2.3/", "private, loopback or link-local"),
        ("https://[::1]/", "private, loopback or link-local"),
        ("http://9.9.9.9/", "begins with https://"),
        ("ftp://9.9.9.9/", "begins with http:// or https://"),
        ("https://user:word@9.9.9.9/", "no user and password"),
    ):
        page = client.post(PAGE, form | {"url": url})
        assert page.status_code == 400, url
        assert reason in page.content.decode(), url
    path, _ = make_webhook(client, receiver.url)
    port = int(receiver.url.split(":")[2].partition("/")[0])
    remove_target(tenant=tenant, target="127.0.0.1", port=port)
    text(client, f"{path}test/", {})
    deliver()
    assert "UTC: it leads to an address that this arena may not reach" in text(client, path)
    assert not receiver.requests


def test_webhooks_are_for_those_who_keep_the_arena_and_go_with_them(
    tenant: Tenant, receiver: Receiver, signed_in: SignsIn, move_board: MovesBoard
) -> None:
    for role in (None, Role.MEMBER, Role.RUNNER_OWNER):
        assert signed_in(role).get(PAGE).status_code == 403
    admin, moderator = signed_in(Role.ADMIN), signed_in(Role.MODERATOR)
    of_admin, _ = make_webhook(admin, receiver.url)
    of_moderator, _ = make_webhook(moderator, receiver.url)
    assert moderator.get(of_admin).status_code == 404
    assert moderator.post(f"{of_admin}delete/").status_code == 404
    assert admin.get(of_moderator).status_code == 200
    person = User.objects.get(email__startswith="moderator")
    change_role(tenant=tenant, user=person, role=Role.MEMBER, by=None)
    move_board()
    deliver()
    assert len(receiver.requests) == 1, "only the administrator may still have one"
    remove_member(tenant=tenant, user=person, by=None)
    assert Webhook.objects.count() == 1
    text(admin, f"{of_admin}delete/", {})
    assert not Delivery.objects.exists()


def test_another_arena_is_told_nothing(
    tenant: Tenant, other_tenant: Tenant, receiver: Receiver, signed_in: SignsIn,
    move_board: MovesBoard,
) -> None:  # fmt: skip
    scenes.open_text_board(other_tenant)
    path, _ = make_webhook(signed_in(Role.OWNER), receiver.url)
    stranger = signed_in(Role.OWNER, arena=other_tenant)
    elsewhere = f"/t/{other_tenant.slug}"
    assert stranger.get(elsewhere + path).status_code == 404
    assert stranger.post(f"{elsewhere}{path}test/").status_code == 404
    private = f"{elsewhere}{PAGE}"
    form = {"url": receiver.url, "boards": ["text"], "kinds": ["rules.set"]}
    assert stranger.post(private, form).status_code == 400, "the operator allowed another arena"
    move_board()
    assert commands.claim(tenant=other_tenant, limit=9) == []


def test_secrets_survive_a_change_of_the_keys_that_seal_them(
    receiver: Receiver, signed_in: SignsIn, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    client = signed_in()
    path, secret = make_webhook(client, receiver.url)
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    call_command("rotate_secrets")
    assert "1 secrets of webhooks" in capsys.readouterr().out
    settings.SECRET_KEY = "another key of the site, long enough to be one"
    client = signed_in()
    text(client, f"{path}test/", {})
    deliver()
    assert receiver.opened(secret)[0]["type"] == "webhook.test"
    settings.SECRETS_KEYS = []
    text(client, f"{path}test/", {})
    deliver()
    assert "UTC: The stored secret cannot be decrypted" in text(client, path)
