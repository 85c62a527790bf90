"""Mail about a board: what moved and why, once a period, nothing for nothing, easily stopped."""

import re
from datetime import UTC, datetime, timedelta
from smtplib import SMTPDataError

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from arena import news
from arena.accounts.commands import close_account, remove_member
from arena.accounts.models import Role, User
from arena.eventstore.queries import log_head
from arena.notices import mailing, tasks
from arena.notices.models import Digest
from arena.notices.periods import period_of
from arena.tenancy.models import Tenant
from tests.leaderboards import scenes
from tests.notices.conftest import AdvanceAll, MovesBoard, SignsIn, enter, set_rules, text

pytestmark = pytest.mark.django_db
PAGE = "/account/digests/"
Mails = list[EmailMultiAlternatives]


@pytest.fixture
def reader(signed_in: SignsIn, league: list[str]) -> Client:
    """Return the browser of a member who asked for a daily digest of the board."""
    client = signed_in(Role.MEMBER)
    page = text(client, PAGE, {"board": "text", "cadence": "daily"})
    assert "Stop Text" in page
    return client


def a_day_passes() -> None:
    Digest.objects.update(period=period_of("daily", datetime.now(UTC) - timedelta(days=2)))


def test_it_says_who_moved_and_why_once_a_period(
    tenant: Tenant, reader: Client, move_board: MovesBoard, mailoutbox: Mails,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    events = log_head(tenant=tenant).position
    tasks.send_digests()
    a_day_passes()
    tasks.send_digests()
    assert not mailoutbox, "no news, no mail"
    a_day_passes()
    move_board()
    tasks.send_digests()
    tasks.send_digests()
    [mail] = mailoutbox
    assert mail.to == ["member-public@example.org"]
    body = str(mail.body)
    moved = re.findall(r"- (model-\d+) ([+-]\d+) Elo to \d+: (\d+) × vote", body)
    assert ("model-002", "3") in [(model, votes) for model, _, votes in moved]
    assert "Top of the board, 9 votes\nTier 1\n- Model 002: " in body
    assert f"/boards/text/changes/?from={events}&to={events + 3}" in body
    [(html, kind)] = mail.alternatives
    assert kind == "text/html"
    for page in (body, str(html)):
        for link in set(re.findall(r"http://localhost:8000(/[^\s\"<]*)", page)):
            assert reader.get(link.replace("&amp;", "&")).status_code == 200, link
    a_day_passes()
    tasks.send_digests()
    assert len(mailoutbox) == 1, "all that happened has been told"
    assert "@example.org" not in capsys.readouterr().err


def test_other_news_are_told_too(
    tenant: Tenant, reader: Client, advance_all: AdvanceAll, mailoutbox: Mails
) -> None:
    set_rules(tenant)
    advance_all(tenant)
    a_day_passes()
    tasks.send_digests()
    body = str(mailoutbox[0].body)
    assert "- 1 × rules of the ratings set" in body
    assert "Other news\n- Rules of the ratings set\n  http://localhost:8000/log/" in body


def test_what_is_too_much_for_a_mail_is_counted(
    tenant: Tenant, reader: Client, league: list[str], advance_all: AdvanceAll, mailoutbox: Mails
) -> None:
    set_rules(tenant)
    enter(tenant, league[0], 35)
    advance_all(tenant)
    a_day_passes()
    tasks.send_digests()
    [mail] = mailoutbox
    body = str(mail.body)
    assert body.count("- model-000 enters battles\n") == 30
    assert "\n- and 6 more\n\nTop of the board" in body
    assert "<li>and 6 more</li>" in str(mail.alternatives[0][0])


def test_moves_leave_other_news_in_the_mail(
    tenant: Tenant, reader: Client, move_board: MovesBoard, mailoutbox: Mails,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(news, "LARGE_MOVE_ELO", 0)
    set_rules(tenant)
    for _ in range(31):
        move_board()
    a_day_passes()
    tasks.send_digests()
    assert "Other news\n- Rules of the ratings set\n" in str(mailoutbox[0].body)


def test_a_board_that_had_no_rating_before(
    tenant: Tenant, board: str, signed_in: SignsIn, advance_all: AdvanceAll, mailoutbox: Mails
) -> None:
    text(signed_in(Role.MEMBER), PAGE, {"board": "text", "cadence": "daily"})
    one, two = scenes.models(tenant, "Alpha", "Beta")
    scenes.vote(tenant, one, two)
    scenes.vote(tenant, two, one)
    advance_all(tenant)
    a_day_passes()
    tasks.send_digests()
    assert "- alpha is rated now: 2 × vote, 1 × model registered" in str(mailoutbox[0].body)


def test_mail_programs_stop_it_with_one_post_and_people_with_a_click(
    reader: Client, move_board: MovesBoard, mailoutbox: Mails
) -> None:
    move_board()
    a_day_passes()
    tasks.send_digests()
    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(path[:-4] + "AAA/").status_code == 404
    assert "Stop this mail" in text(stranger, path)
    assert Digest.objects.exists(), "scanners of mail follow links"
    for _ in range(2):
        answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "does not come any more" in answer.content.decode()
    assert not Digest.objects.exists()
    text(reader, PAGE, {"board": "text", "cadence": "weekly"})
    stop = f"{PAGE}{Digest.objects.get().pk}/stop/"
    assert "None yet." in text(reader, stop, {})


def test_a_mail_server_that_fails_gets_no_mail_twice(
    reader: Client, move_board: MovesBoard, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_board()
    a_day_passes()

    def refuse(*_: object) -> None:
        raise SMTPDataError(451, b"later")

    def away(*_: object) -> None:
        raise ConnectionRefusedError

    backend = "django.core.mail.backends.locmem.EmailBackend"
    with monkeypatch.context() as broken:
        broken.setattr(f"{backend}.open", away)
        assert mailing.send_due() == 0
    with monkeypatch.context() as broken:
        broken.setattr(f"{backend}.send_messages", refuse)
        assert mailing.send_due() == 0, "the server was away before, so it is tried, and refused"
    assert mailing.send_due() == 0, "it may have been sent after all"
    a_day_passes()
    assert mailing.send_due() == 1
    assert "model-002" in str(mailoutbox[0].body), "the next one tells what was not told"


def test_nobody_is_mailed_who_may_not_be(
    tenant: Tenant, reader: Client, signed_in: SignsIn, move_board: MovesBoard, mailoutbox: Mails
) -> None:
    text(signed_in(Role.MODERATOR), PAGE, {"board": "text", "cadence": "daily"})
    leaving, closing = User.objects.order_by("email")
    move_board()
    EmailAddress.objects.update(verified=False)
    a_day_passes()
    tasks.send_digests()
    EmailAddress.objects.update(verified=True)
    User.objects.update(is_active=False)
    a_day_passes()
    tasks.send_digests()
    User.objects.update(is_active=True)
    remove_member(tenant=tenant, user=leaving, by=leaving)
    close_account(user=closing)
    tasks.send_digests()
    assert not mailoutbox
    assert not Digest.objects.exists()


def test_members_with_a_verified_address_ask_for_it(
    tenant: Tenant, board: str, signed_in: SignsIn
) -> None:
    stranger = signed_in(None)
    assert "Join Public arena" in text(stranger, PAGE)
    form = {"board": "text", "cadence": "daily"}
    assert stranger.post(PAGE, form).status_code == 400
    member = signed_in(Role.MEMBER)
    assert member.post(PAGE, form | {"cadence": "hourly"}).status_code == 400
    assert member.post(PAGE, form | {"board": "nothing"}).status_code == 400
    refused = member.get(f"{PAGE}?board=nothing")
    assert refused.status_code == 400
    assert "board=nothing: no such choice. Allowed: text." in refused.content.decode()
    EmailAddress.objects.update(verified=False)
    assert "Verify yours" in text(member, PAGE)
    assert member.post(PAGE, form).status_code == 400
    assert not Digest.objects.exists()
    assert f"{PAGE}?board=text" in text(Client(), "/boards/text/")


def test_a_day_begins_at_six_and_a_week_on_monday() -> None:
    monday = datetime(2026, 11, 23, 6, tzinfo=UTC)
    before = monday - timedelta(seconds=1)
    assert str(period_of("daily", monday)) == "2026-11-23"
    assert str(period_of("daily", before)) == "2026-11-22"
    assert str(period_of("weekly", monday + timedelta(days=6))) == "2026-11-23"
    assert str(period_of("weekly", before)) == "2026-11-16"
