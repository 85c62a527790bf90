"""A receiver on a real socket is sent what the feed tells: signed, once, again until it answers."""

import re
from xml.etree import ElementTree

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from arena.accounts.commands import change_role, remove_member
from arena.accounts.models import Role, User
from arena.eventstore.queries import log_head
from arena.feed_tellers import TELLERS
from arena.news_kinds import KIND_OF, KINDS
from arena.notices import commands
from arena.notices.commands.deliveries import ATTEMPTS_MAX
from arena.notices.models import Delivery, Webhook
from arena.tenancy.models import Tenant
from tests.leaderboards import scenes
from tests.notices.conftest import (
    PAGE,
    AdvanceAll,
    MovesBoard,
    Receiver,
    SignsIn,
    deliver,
    let_time_pass,
    make_webhook,
    set_rules,
    text,
)
from workers.commands import remove_target

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def _feed(client: Client) -> dict[str, str]:
    root = ElementTree.fromstring(client.get("/boards/text/feed.atom").content)  # noqa: S314
    return {
        entry.findtext(f"{ATOM}id", ""): entry.findtext(f"{ATOM}title", "")
        for entry in root.iter(f"{ATOM}entry")
    }


def test_every_event_of_a_feed_is_of_a_kind() -> None:
    assert KIND_OF.keys() == TELLERS.keys()
    assert set(KIND_OF.values()) < KINDS.keys()


def test_news_arrive_signed_once_and_together(
    tenant: Tenant, receiver: Receiver, signed_in: SignsIn, move_board: MovesBoard
) -> None:
    client = signed_in(Role.MODERATOR)
    before = _feed(client)
    events = log_head(tenant=tenant)
    path, secret = make_webhook(client, receiver.url)
    assert log_head(tenant=tenant) == events
    deliver()
    assert not receiver.requests, "what was told before is no news"
    move_board()
    move_board()
    deliver()
    deliver()
    [message] = receiver.opened(secret)
    assert message["type"] == "board.changed"
    data = message["data"]
    told = {entry["id"]: entry["title"] for entry in data["entries"]}
    assert told == {key: title for key, title in _feed(client).items() if key not in before}
    assert {entry["kind"] for entry in data["entries"]} == {"rating.updated"}
    assert "Why: +3 votes." in data["entries"][0]["text"]
    assert (data["from_position"], data["to_position"]) == (
        events.position,
        log_head(tenant=tenant).position,
    )
    for link in (data["page"], data["changes"], data["entries"][0]["url"]):
        assert client.get(link.removeprefix("http://localhost:8000")).status_code == 200
    headers, body = receiver.requests[0]
    assert headers["content-type"] == "application/json"
    assert b"@example.org" not in body
    shown = text(client, path)
    assert "delivered 20" in shown
    assert ">204<" in shown
    assert secret not in shown + text(client, PAGE)
    assert secret not in str(list(Webhook.objects.values()))


def test_only_the_kinds_that_were_chosen_are_told(
    receiver: Receiver, signed_in: SignsIn, move_board: MovesBoard, tenant: Tenant,
    advance_all: AdvanceAll,
) -> None:  # fmt: skip
    _, secret = make_webhook(signed_in(), receiver.url, kinds=["rules.set"])
    move_board()
    deliver()
    assert not receiver.requests
    set_rules(tenant)
    advance_all(tenant)
    deliver()
    [message] = receiver.opened(secret)
    assert [entry["kind"] for entry in message["data"]["entries"]] == ["rules.set"]


def test_a_failed_delivery_is_sent_again_under_its_id_and_later_news_wait_for_it(
    receiver: Receiver, signed_in: SignsIn, move_board: MovesBoard
) -> None:
    client = signed_in()
    path, secret = make_webhook(client, receiver.url)
    receiver.statuses = [500, 503, 204]
    move_board()
    deliver()
    deliver()
    assert len(receiver.requests) == 1, "the wait is not over"
    assert "it answered 500; tried again 20" in text(client, path)
    move_board()
    let_time_pass()
    deliver()
    let_time_pass()
    deliver()
    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.requests}) == 1
    deliver()
    first, *_, last = receiver.opened(secret)
    assert (len(receiver.requests), len(set(receiver.ids))) == (4, 2)
    assert last["data"]["from_position"] == first["data"]["to_position"]
    assert ">3<" in text(client, path), "attempts of the first one"


def test_a_worker_that_dies_before_it_notes_the_answer_repeats_the_same_message(
    receiver: Receiver, signed_in: SignsIn, move_board: MovesBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = make_webhook(signed_in(), receiver.url)
    move_board()

    def die(**_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(commands, "record", die)
        with pytest.raises(SystemExit):
            deliver()
    deliver()
    assert len(receiver.requests) == 1, "its lease holds"
    let_time_pass()
    deliver()
    deliver()
    one, two = receiver.opened(secret)
    assert one == two
    assert len(set(receiver.ids)) == 1
    assert Delivery.objects.get().attempts == 2


def test_two_workers_take_nothing_twice(
    tenant: Tenant, receiver: Receiver, signed_in: SignsIn
) -> None:
    path, _ = make_webhook(signed_in(), receiver.url)
    text(signed_in(), f"{path}test/", {})
    [claimed] = commands.claim(tenant=tenant, limit=5)
    assert commands.claim(tenant=tenant, limit=5) == []
    let_time_pass()
    [again] = commands.claim(tenant=tenant, limit=5)
    result = commands.Result(status=500, error="it answered 500", duration_ms=1)
    commands.record(claimed=claimed, result=result)
    assert Delivery.objects.get().status is None, "whoever lost the lease notes nothing"
    commands.record(claimed=again, result=result)
    assert Delivery.objects.get().status == 500


def test_after_a_day_it_is_paused_with_the_reason_and_can_be_resumed(
    receiver: Receiver, signed_in: SignsIn, move_board: MovesBoard
) -> None:
    client = signed_in()
    path, secret = make_webhook(client, receiver.url)
    receiver.statuses = [500]
    move_board()
    Delivery.objects.update(attempts=0)
    for _ in range(ATTEMPTS_MAX):
        deliver()
        let_time_pass()
    move_board()
    deliver()
    assert len(receiver.requests) == ATTEMPTS_MAX
    page = text(client, path)
    assert f"A delivery was tried {ATTEMPTS_MAX} times; the last time: it answered 500." in page
    receiver.statuses = [204]
    assert "Paused" not in text(client, f"{path}resume/", {})
    deliver()
    assert receiver.opened(secret)[-1]["data"]["entries"]
    [again] = re.findall(r'action="([^"]+/again/)"', text(client, path))[1:]
    text(client, again, {})
    deliver()
    assert receiver.ids[-1] == receiver.ids[0]


def test_waits_grow_to_about_a_day() -> None:
    from arena.notices.commands.deliveries import _wait

    waits = [_wait(attempts).total_seconds() for attempts in range(1, ATTEMPTS_MAX)]
    assert 8 <= waits[0] <= 12
    assert 20 * 3600 < sum(waits) < 34 * 3600


def test_gone_is_taken_at_its_word_and_a_redirect_is_not_followed(
    receiver: Receiver, signed_in: SignsIn
) -> None:
    client = signed_in()
    path, _ = make_webhook(client, receiver.url)
    receiver.statuses = [307, 410]
    text(client, f"{path}test/", {})
    assert "A test is on its way already." in text(client, f"{path}test/", {})
    deliver()
    assert "UTC: it answered 307" in text(client, path)
    assert len(receiver.requests) == 1
    text(client, f"{path}test/", {})
    deliver()
    assert "tried once; the last time: it answered 410" in text(client, path)


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
