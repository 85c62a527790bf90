"""Battles of a key: what is shown before the vote, what the vote opens, what is refused."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import get_args

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from arena.api.battle_schemas import Reason
from arena.api.problems import KINDS
from arena.eventstore.queries import events_after
from arena.tenancy.models import Tenant
from tests.api.battle_keys import NEW, Key, battle_key, begun, get, post, ready
from tests.api.conftest import Keys, bearer, make_keys
from tests.processes import ROOT
from tests.voting import battling
from voting.commands import skip_battle, void_battle
from voting.commands.ballots import REASONS
from voting.commitments import assignment_text, opens

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(tenant: Tenant) -> Key:
    """Return a key of an arena with a board on which two models battle."""
    battling.contest(tenant, "one", "two")
    return battle_key(tenant)


def test_terms_say_what_to_agree_to_and_where_battles_are(client: Client, key: Key) -> None:
    terms = client.get("/api/v1/battles/terms").json()
    assert terms["consent_version"] == NEW["consent_version"]
    assert [(board["slug"], board["model_count"]) for board in terms["boards"]] == [("text", 2)]
    assert len(terms["terms"]) > 3


def test_before_the_vote_neither_names_nor_figures_are_shown(
    client: Client, tenant: Tenant, key: Key
) -> None:
    battle = get(client, key, f"battles/{ready(tenant, key)}").json()
    assert battle["status"] == "ready"
    assert battle["opponents"] is None
    (turn,) = battle["turns"]
    assert (turn["a"], turn["b"]) == (
        {"text": "Left.", "figures": None},
        {"text": "Right.", "figures": None},
    )


def test_the_vote_opens_names_figures_and_commitment(
    client: Client, tenant: Tenant, key: Key
) -> None:
    battle_id = ready(tenant, key)
    response = post(
        client,
        key,
        f"battles/{battle_id}/vote",
        {"winner": "model_b", "reasons": ["clear"], "comment": "Shorter."},
    )
    assert response.status_code == 200
    battle = response.json()
    assert battle["status"] == "voted"
    assert battle["vote"]["winner"] == "model_b"
    assert battle["vote"]["comment"] == "Shorter."
    assert {battle["opponents"][side]["model"] for side in "ab"} == {"quoxalin-one", "quoxalin-two"}
    assert battle["turns"][0]["a"]["figures"]["time_to_first_token_ms"] == 120
    event = client.get(response["Location"]).json()
    assert event["position"] == battle["vote"]["position"]
    assert event["data"]["winner"] == "model_b"
    started = client.get("/api/v1/events", {"type": "BattleStarted"}).json()["items"][0]["data"]
    opponents = battle["opponents"]
    assert opens(
        salt=opponents["assignment_salt"],
        content=assignment_text(
            deployment_a=opponents["a"]["deployment"],
            deployment_b=opponents["b"]["deployment"],
            pair_probability_ppb=opponents["pair_probability_ppb"],
        ),
        committed=started["assignment_commitment"],
    )


def test_the_same_vote_again_changes_nothing_and_another_is_refused(
    client: Client, tenant: Tenant, key: Key
) -> None:
    path = f"battles/{ready(tenant, key)}/vote"
    first = post(client, key, path, {"winner": "tie"})
    again = post(client, key, path, {"winner": "tie"})
    other = post(client, key, path, {"winner": "model_a"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert "Idempotent-Replay" not in first
    assert again["Idempotent-Replay"] == "true"
    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "already-voted")


@pytest.mark.django_db(transaction=True)
def test_fifty_votes_at_once_on_one_battle_are_one_event(
    client: Client, tenant: Tenant, key: Key
) -> None:
    path = f"battles/{ready(tenant, key)}/vote"

    def vote(number: int) -> int:
        try:
            winner = ("model_a", "model_b", "tie", "both_bad")[number % 4]
            return int(post(Client(), key, path, {"winner": winner}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(vote, range(50)))
    votes = events_after(tenant=tenant, position=0, limit=500, types=["VoteCast"])
    assert len(votes) == 1
    assert set(statuses) == {200, 409}


def test_a_skipped_battle_opens_its_names_too(client: Client, tenant: Tenant, key: Key) -> None:
    path = f"battles/{begun(tenant, key)}/skip"
    assert post(client, key, path).json()["opponents"]["a"]["model"].startswith("quoxalin-")
    assert post(client, key, path)["Idempotent-Replay"] == "true"


def test_a_void_battle_says_why(client: Client, tenant: Tenant, key: Key) -> None:
    battle_id = begun(tenant, key)
    void_battle(tenant=tenant, battle_id=battle_id, reason="timeout", side="b", actor="test")
    battle = get(client, key, f"battles/{battle_id}").json()
    assert battle["void"] == {
        "reason": "timeout",
        "side": "b",
        "message": "Answer B took too long.",
    }
    refused = post(client, key, f"battles/{battle_id}/vote", {"winner": "tie"})
    assert (refused.status_code, refused.json()["code"]) == (409, "battle-void")


def test_a_vote_can_be_filed_elsewhere(client: Client, tenant: Tenant, key: Key) -> None:
    path = f"battles/{ready(tenant, key)}"
    early = post(client, key, f"{path}/categories", {"categories": ["code"], "language": "de"})
    assert (early.status_code, early.json()["code"]) == (409, "no-vote-yet")
    post(client, key, f"{path}/vote", {"winner": "tie"})
    filed = post(client, key, f"{path}/categories", {"categories": ["code"], "language": "de"})
    assert (filed.json()["categories"], filed.json()["language"]) == (["code"], "de")


def test_texts_are_erased_and_the_vote_stays(client: Client, tenant: Tenant, key: Key) -> None:
    battle_id = ready(tenant, key)
    post(client, key, f"battles/{battle_id}/vote", {"winner": "model_a"})
    erased = post(client, key, f"battles/{battle_id}/erase", {})
    assert erased.status_code == 200
    (turn,) = erased.json()["turns"]
    assert (turn["prompt"], turn["a"]["text"], turn["b"]["text"]) == (None, None, None)
    assert erased.json()["status"] == "voted"
    again = post(client, key, f"battles/{battle_id}/erase", {})
    assert again["Idempotent-Replay"] == "true"

    other = ready(tenant, key)
    printed = StringIO()
    call_command("erase_battle", str(other), "--tenant", tenant.slug, stdout=printed)
    assert printed.getvalue() == "3 texts erased\n"
    assert get(client, key, f"battles/{other}").json()["status"] == "void"
    with pytest.raises(CommandError, match="there is no such battle"):
        call_command("erase_battle", str(uuid.uuid4()), "--tenant", tenant.slug)


def test_states_that_do_not_allow_it_are_conflicts(
    client: Client, tenant: Tenant, key: Key
) -> None:
    answering, skipped = begun(tenant, key), begun(tenant, key)
    skip_battle(tenant=tenant, battle_id=skipped, voter=battling.VOTER, actor="test")
    turn = {"turn": 2, "prompt": "And then?"}
    for battle_id, step, body, code in (
        (answering, "vote", {"winner": "tie"}, "still-answering"),
        (answering, "turns", turn, "still-answering"),
        (skipped, "vote", {"winner": "tie"}, "battle-closed"),
        (ready(tenant, key), "turns", {**turn, "turn": 4}, "wrong-turn"),
    ):
        response = post(client, key, f"battles/{battle_id}/{step}", body)
        assert (response.status_code, response.json()["code"]) == (409, code)
        assert KINDS[code].status == 409


def test_a_battle_of_another_key_is_none(
    client: Client, tenant: Tenant, key: Key, other_tenant: Tenant
) -> None:
    battle_id = ready(tenant, key)
    stranger = battle_key(tenant)
    for step in ("", "/stream"):
        assert get(client, stranger, f"battles/{battle_id}{step}").status_code == 404
    for step, body in (
        ("vote", {"winner": "tie"}),
        ("skip", None),
        ("turns", {"turn": 2, "prompt": "And then?"}),
        ("categories", {"categories": [], "language": None}),
    ):
        refused = post(client, stranger, f"battles/{battle_id}/{step}", body)
        missing = post(client, stranger, f"battles/{uuid.uuid4()}/{step}", body)
        assert refused.status_code == missing.status_code == 404
        assert refused.json()["detail"] == missing.json()["detail"]


def test_scopes_are_needed(client: Client, tenant: Tenant, key: Key) -> None:
    battle_id, one_scope = begun(tenant, key), make_keys(tenant)
    for headers, status in (({}, 401), (bearer(one_scope.vote), 403)):
        assert client.get(f"/api/v1/battles/{battle_id}", headers=headers).status_code == status
    refused = client.post(
        "/api/v1/battles",
        NEW,
        content_type="application/json",
        headers={**bearer(one_scope.read), "Idempotency-Key": "x"},
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient-scope")


def test_without_consent_to_the_present_terms_nothing_starts(client: Client, key: Key) -> None:
    refused = post(client, key, "battles", {**NEW, "consent_version": "2020-01-01"})
    assert (refused.status_code, refused.json()["code"]) == (422, "consent-needed")
    assert refused.json()["errors"][0]["pointer"] == "#/consent_version"


def test_a_board_without_two_models_is_refused(client: Client, keys: Keys, arena: Tenant) -> None:
    refused = post(client, battle_key(arena), "battles", NEW)
    assert (refused.status_code, refused.json()["code"]) == (422, "rule-refused")


def test_a_battle_is_kept_by_those_who_asked_for_it(
    client: Client, tenant: Tenant, key: Key
) -> None:
    response = get(client, key, f"battles/{begun(tenant, key)}")
    assert response["Cache-Control"] == "private, no-cache"
    again = get(client, key, response.wsgi_request.path.removeprefix("/api/v1/"),
                **{"If-None-Match": response["ETag"]})  # fmt: skip
    assert again.status_code == 304


def test_the_reasons_of_the_interface_are_those_of_the_ballot() -> None:
    assert get_args(Reason) == REASONS


def test_every_refusal_of_a_battle_is_a_conflict_with_its_own_code() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "voting").rglob("*.py"))
    codes = set(re.findall(r'BattleRefused\(\s*"([a-z-]+)"', sources))
    assert len(codes) > 6
    assert {KINDS[code].status for code in codes} == {409}
