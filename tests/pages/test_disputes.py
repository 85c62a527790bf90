"""Readers dispute cells; the log says so without their words, and a moderator decides."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.eventstore.queries import events_after, log_head
from arena.tenancy.models import Tenant
from leaderboards.disputes import CellKey, disputes, open_disputes
from leaderboards.models import DisputeText
from tests.leaderboards import scenes
from voting import voters
from voting.commands import erase_voter
from voting.commitments import opens

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
ROW = "model:model-000"
CELL = f"/boards/text/cells/{ROW}/rating/"
WORDS = "The third vote came twice, says someone@example.org"


@pytest.fixture
def board(tenant: Tenant, advance_all: AdvanceAll) -> Tenant:
    scenes.league(tenant, size=3)
    advance_all(tenant)
    return tenant


def moderator(tenant: Tenant) -> Client:
    person = User.objects.create_user("moderator@example.org")
    add_member(tenant=tenant, user=person, role=Role.MODERATOR, by=None)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def dispute(client: Client, **fields: Any) -> Any:
    return client.post(f"{CELL}dispute/", {"reason": "manipulated", "text": "", **fields})


def newest(tenant: Tenant) -> Any:
    head = log_head(tenant=tenant).position
    (stored,) = events_after(tenant=tenant, position=head - 1, limit=1, types=None)
    return stored


def test_a_dispute_is_an_event_without_words_and_a_mark_on_the_board(
    board: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    seen = log_head(tenant=board).position
    answer = dispute(client, text=WORDS, event_position=str(seen))
    assert (answer.status_code, answer.headers["Location"]) == (303, CELL)
    stored = newest(board)
    kept = DisputeText.objects.get()
    assert stored.type == "CellDisputed"
    assert "someone" not in str(stored.data) + str(stored.metadata)
    assert (stored.data["row"], stored.data["column"]) == (ROW, "rating")
    assert (stored.data["seen_position"], stored.data["event_position"]) == (seen, seen)
    assert opens(salt=kept.salt or "", content=WORDS, committed=stored.data["text_commitment"])
    # Again, from the same browser: nothing new.
    head = log_head(tenant=board).position
    assert dispute(client).status_code == 303
    assert log_head(tenant=board).position == head
    advance_all(board)
    (info,) = disputes(tenant=board, board="text", cell=CellKey(ROW, "rating"))
    assert (info.status, info.reason) == ("open", "manipulated")
    page = client.get("/boards/text/").content.decode()
    assert page.count('class="disputed"') == 1
    assert "1 open dispute, newest" in page
    cell = client.get(CELL).content.decode()
    assert "Votes or runs behind it look manipulated" in cell
    assert "someone" not in cell + page
    public = client.get(f"/api/v1/events/{stored.position}").json()["data"]
    assert "disputed_by" not in public
    assert 'class="disputed"' not in client.get(f"/boards/text/?as_of={seen}").content.decode()


def test_a_moderator_decides_and_everybody_reads_how(
    board: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    dispute(client, text=WORDS)
    advance_all(board)
    ((info, text),) = open_disputes(tenant=board)
    assert text == WORDS
    before = log_head(tenant=board).position
    address = f"/disputes/{info.dispute_id}/"
    assert client.get("/disputes/").status_code == 302
    assert client.post(address, {"resolution": "confirmed"}).status_code == 302
    judge = moderator(board)
    assert WORDS in judge.get("/disputes/").content.decode()
    assert judge.post(address, {"resolution": "burnt"}).status_code == 422
    assert judge.post(address, {"resolution": "confirmed"}).status_code == 303
    assert newest(board).data["resolution"] == "confirmed"
    advance_all(board)
    assert judge.post(address, {"resolution": "confirmed"}).status_code == 404
    assert "Nothing is open." in judge.get("/disputes/").content.decode()
    assert "recomputed from its events, and confirmed" in client.get(CELL).content.decode()
    assert 'class="disputed"' not in client.get("/boards/text/").content.decode()
    # As of then it was open.
    then = client.get(f"{CELL}?as_of={before}").content.decode()
    assert "confirmed" not in then
    assert 'class="state open"' in then


def test_what_cannot_be_disputed_is_refused(
    board: Tenant, client: Client, settings: Settings
) -> None:
    settings.ARENA_RATE_DISPUTES_READER = settings.ARENA_RATE_DISPUTES_ADDRESS = 4
    head = log_head(tenant=board).position
    for fields in ({"reason": "hate"}, {"text": "x" * 2_001}, {"event_position": "999999"}):
        answer = dispute(client, **fields)
        assert answer.status_code == 422
        assert answer.context["dispute_form"].errors
    assert client.post("/boards/text/cells/model:nobody/rating/dispute/").status_code == 404
    assert client.get(f"{CELL}dispute/").status_code == 405
    statuses = [dispute(client).status_code for _ in range(2)]
    assert statuses == [303, 429]
    assert log_head(tenant=board).position == head + 1


def test_words_go_with_what_else_somebody_wrote(board: Tenant, client: Client) -> None:
    dispute(client, text=WORDS)
    (voter,) = voters.voters_of(
        tenant=board, user=None, cookies={name: one.value for name, one in client.cookies.items()}
    )
    assert erase_voter(tenant=board, voter=voter, actor=voter) == 1
    row = DisputeText.objects.get()
    assert (row.text, row.salt) == (None, None)
    assert row.erased_at is not None
