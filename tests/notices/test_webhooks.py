"""A receiver on a real socket is sent what the feed tells: signed, once, again until it answers."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from arena.accounts.models import Role
from arena.eventstore.queries import log_head
from arena.feed_tellers import TELLERS
from arena.news_kinds import KIND_OF, KINDS
from arena.notices import commands, sending
from arena.notices.commands.deliveries import ATTEMPTS_MAX
from arena.notices.models import Delivery, FollowedBoard, Webhook
from arena.tenancy.models import Tenant
from tests.notices.conftest import (
    PAGE,
    SILENCE,
    AdvanceAll,
    MovesBoard,
    Receiver,
    SignsIn,
    deliver,
    enter,
    let_time_pass,
    make_webhook,
    set_rules,
    text,
)

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


def test_many_news_of_one_kind_crowd_out_none_of_another(
    tenant: Tenant, receiver: Receiver, signed_in: SignsIn, league: list[str],
    advance_all: AdvanceAll,
) -> None:  # fmt: skip
    client = signed_in()
    make_webhook(client, receiver.url, kinds=["rules.set"])
    make_webhook(client, receiver.url, kinds=["model.changed"])
    set_rules(tenant)
    rules = log_head(tenant=tenant).position
    enter(tenant, league[0], 35)
    advance_all(tenant)
    deliver()
    assert not [*FollowedBoard.objects.filter(position__lt=log_head(tenant=tenant).position)]
    by_kind = {
        data["entries"][0]["kind"]: data
        for data in (json.loads(body)["data"] for _, body in receiver.requests)
    }
    assert [entry["position"] for entry in by_kind["rules.set"]["entries"]] == [rules]
    assert by_kind["rules.set"]["more"] == 0
    entered = by_kind["model.changed"]
    assert (len(entered["entries"]), entered["more"]) == (30, 5)


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
    deliver()
    failed, waiting = receiver.opened(secret)[-2:]
    assert receiver.ids[-2] == receiver.ids[0] != receiver.ids[-1]
    assert waiting["data"]["from_position"] == failed["data"]["to_position"]
    [again] = re.findall(r'action="([^"]+/again/)"', text(client, path))[1:]
    text(client, again, {})
    deliver()
    assert receiver.ids[-1] == receiver.ids[0]


def test_waits_grow_to_about_a_day() -> None:
    from arena.notices.commands.deliveries import _wait

    waits = [_wait(attempts).total_seconds() for attempts in range(1, ATTEMPTS_MAX)]
    assert 8 <= waits[0] <= 12
    assert 20 * 3600 < sum(waits) < 34 * 3600


def test_gone_is_taken_at_its_word_redirects_and_silence_are_failures(
    receiver: Receiver, signed_in: SignsIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in()
    path, _ = make_webhook(client, receiver.url)
    monkeypatch.setattr(sending, "_TOTAL_S", 0.2)
    receiver.statuses = [SILENCE]
    text(client, f"{path}test/", {})
    deliver()
    assert "UTC: it did not answer within 0.2 seconds" in text(client, path)
    receiver.requests.clear()
    receiver.statuses = [307, 410]
    text(client, f"{path}test/", {})
    assert "A test is on its way already." in text(client, f"{path}test/", {})
    deliver()
    assert "UTC: it answered 307" in text(client, path)
    assert len(receiver.requests) == 1
    text(client, f"{path}test/", {})
    deliver()
    assert "tried once; the last time: it answered 410" in text(client, path)
