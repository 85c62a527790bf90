"""What may happen to a battle, through the commands that pages and API call."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from arena.eventstore import reader
from arena.eventstore.domain import ConcurrencyError, DomainError, IdempotencyConflict
from arena.tenancy.models import Tenant
from tests.voting import battling
from tests.voting.battling import STRANGER, VOTER
from voting import queries, state
from voting.commands import (
    Ballot,
    Prompt,
    cast_vote,
    continue_battle,
    recategorise_vote,
    record_answers,
    skip_battle,
    start_battle,
    void_battle,
)
from voting.events import Winner, battle_stream
from voting.state import BattleRefused, UnknownBattle

pytestmark = pytest.mark.django_db(transaction=True)
LEFT = Ballot(winner="model_a")


@pytest.fixture(autouse=True)
def board(tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")


def vote(
    tenant: Tenant, battle_id: uuid.UUID, ballot: Ballot = LEFT, *, voter: str = VOTER
) -> state.Battle:
    return cast_vote(tenant=tenant, battle_id=battle_id, voter=voter, ballot=ballot, actor="test")


def void(tenant: Tenant, battle_id: uuid.UUID) -> None:
    void_battle(tenant=tenant, battle_id=battle_id, reason="timeout", side="a", actor="test")


def skip(tenant: Tenant, battle_id: uuid.UUID) -> None:
    skip_battle(tenant=tenant, battle_id=battle_id, voter=VOTER, actor="test")


def go_on(tenant: Tenant, battle_id: uuid.UUID, *, turn: int, text: str = "And then?") -> None:
    continue_battle(
        tenant=tenant, battle_id=battle_id, voter=VOTER, turn=turn, text=text, actor="test"
    )


def event_types(tenant: Tenant, battle_id: uuid.UUID) -> list[str]:
    stream = reader.read_stream(tenant_id=tenant.pk, stream=battle_stream(battle_id))
    return [stored.type for stored in stream]


def test_a_vote_counts_once_and_the_same_vote_again_changes_nothing(tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    voted = vote(tenant, battle_id, Ballot(winner="tie", reasons=("clear",), comment="Close."))
    assert voted.status == "voted"
    assert vote(tenant, battle_id, Ballot(winner="tie")).vote == voted.vote
    with pytest.raises(BattleRefused) as refusal:
        vote(tenant, battle_id, Ballot(winner="model_b"))
    assert refusal.value.code == "already-voted"
    assert event_types(tenant, battle_id) == ["BattleStarted", "AnswersDelivered", "VoteCast"]


@pytest.mark.parametrize(
    ("before", "code"),
    [(None, "still-answering"), (void, "battle-void"), (skip, "battle-closed")],
)
def test_no_vote_before_the_answers_or_after_the_end(
    tenant: Tenant, before: object, code: str
) -> None:
    battle_id = battling.begin(tenant) if before is None else battling.answered(tenant)
    if callable(before):
        before(tenant, battle_id)
    with pytest.raises(BattleRefused) as refusal:
        vote(tenant, battle_id)
    assert refusal.value.code == code
    assert "VoteCast" not in event_types(tenant, battle_id)


def test_no_vote_after_the_battle_was_left_alone(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    battle_id = battling.answered(tenant)
    later = timezone.now() + state.BATTLE_LIFETIME + timedelta(minutes=1)
    monkeypatch.setattr("voting.commands.ballots.timezone.now", lambda: later)
    with pytest.raises(BattleRefused) as refusal:
        vote(tenant, battle_id)
    assert refusal.value.code == "battle-closed"


def test_no_vote_between_two_turns(tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    go_on(tenant, battle_id, turn=2)
    with pytest.raises(BattleRefused) as refusal:
        vote(tenant, battle_id)
    assert refusal.value.code == "still-answering"


def test_a_battle_of_somebody_else_is_unknown(tenant: Tenant, other_tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    for arena, voter in ((tenant, STRANGER), (other_tenant, VOTER)):
        with pytest.raises(UnknownBattle):
            vote(arena, battle_id, voter=voter)
        with pytest.raises(UnknownBattle):
            skip_battle(tenant=arena, battle_id=battle_id, voter=voter, actor="test")
        with pytest.raises(UnknownBattle):
            continue_battle(
                tenant=arena, battle_id=battle_id, voter=voter, turn=2, text="And?", actor="test"
            )
    assert queries.battle(tenant=tenant, battle_id=battle_id).status == "ready"


def test_fifty_votes_at_once_with_different_winners_are_one_event(tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    winners: tuple[Winner, ...] = ("model_a", "model_b", "tie", "both_bad")

    def attempt(number: int) -> str:
        try:
            return str(vote(tenant, battle_id, Ballot(winner=winners[number % 4])).status)
        except (BattleRefused, ConcurrencyError) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as threads:
        outcomes = Counter(threads.map(attempt, range(50)))
    assert event_types(tenant, battle_id).count("VoteCast") == 1
    assert outcomes["voted"] >= 1
    assert outcomes["voted"] + outcomes["BattleRefused"] == 50


def test_a_direct_chat_has_nothing_to_vote_on(tenant: Tenant) -> None:
    battle_id = battling.begin(tenant, mode="direct", deployments=("quoxalin-one",))
    record_answers(
        tenant=tenant, battle_id=battle_id, turn=1, a=battling.answer(), b=None, actor="test"
    )
    with pytest.raises(BattleRefused) as refusal:
        vote(tenant, battle_id)
    assert refusal.value.code == "no-vote-here"


def test_answers_are_stored_once_and_only_for_the_turn_at_hand(tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    for turn in (1, 2):
        with pytest.raises(BattleRefused) as refusal:
            battling.answered(tenant, turn=turn, battle_id=battle_id)
        assert refusal.value.code == "not-answering"
    assert event_types(tenant, battle_id) == ["BattleStarted", "AnswersDelivered"]


def test_turns_follow_each_other_up_to_the_limit(tenant: Tenant) -> None:
    battle_id = battling.begin(tenant)
    with pytest.raises(BattleRefused, match="wait until both answers are complete"):
        go_on(tenant, battle_id, turn=2)
    battling.answered(tenant, battle_id=battle_id)
    with pytest.raises(BattleRefused) as refusal:
        go_on(tenant, battle_id, turn=3)
    assert refusal.value.code == "wrong-turn"
    for turn in range(2, state.MAX_TURNS + 1):
        go_on(tenant, battle_id, turn=turn)
        go_on(tenant, battle_id, turn=turn)
        battling.answered(tenant, turn=turn, battle_id=battle_id)
    with pytest.raises(BattleRefused) as refusal:
        go_on(tenant, battle_id, turn=state.MAX_TURNS + 1)
    assert refusal.value.code == "too-many-turns"
    assert event_types(tenant, battle_id).count("BattleContinued") == state.MAX_TURNS - 1
    assert vote(tenant, battle_id).categories == ("multi-turn",)


def test_a_closed_battle_stays_as_it_is(tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    vote(tenant, battle_id)
    void(tenant, battle_id)
    with pytest.raises(BattleRefused) as refusal:
        skip(tenant, battle_id)
    assert refusal.value.code == "battle-closed"
    assert queries.battle(tenant=tenant, battle_id=battle_id).status == "voted"


def test_the_same_id_begins_one_battle_only(tenant: Tenant) -> None:
    battle_id = battling.begin(tenant, prompt="Why?")

    def again(text: str, voter: str) -> state.Battle:
        return start_battle(
            tenant=tenant, battle_id=battle_id, board="text", mode="battle", voter=voter,
            prompt=Prompt(text=text), terms=battling.terms(), actor="test",
        )  # fmt: skip

    assert again("Why?", VOTER).version == 1
    for text, voter in (("Other?", VOTER), ("Why?", STRANGER)):
        with pytest.raises(IdempotencyConflict):
            again(text, voter)
    assert event_types(tenant, battle_id) == ["BattleStarted"]


@pytest.mark.parametrize("text", ["", " \n", "x" * 12_001, "NUL \x00"])
def test_an_unusable_prompt_is_refused(tenant: Tenant, text: str) -> None:
    with pytest.raises(DomainError, match="prompt"):
        battling.begin(tenant, prompt=text)


@pytest.mark.parametrize(
    "ballot",
    [
        Ballot(winner="tie", reasons=("bribed",)),
        Ballot(winner="tie", comment="x" * 2_001),
        Ballot(winner="tie", categories=("cooking",)),
        Ballot(winner="tie", language="not a language"),
    ],
)
def test_a_ballot_that_cannot_be_is_refused(tenant: Tenant, ballot: Ballot) -> None:
    battle_id = battling.answered(tenant)
    with pytest.raises(DomainError):
        vote(tenant, battle_id, ballot)
    assert queries.battle(tenant=tenant, battle_id=battle_id).status == "ready"


def test_a_vote_is_filed_anew_under_what_its_voter_says(tenant: Tenant) -> None:
    battle_id = battling.answered(tenant)
    with pytest.raises(BattleRefused) as refusal:
        recategorise_vote(
            tenant=tenant, battle_id=battle_id, categories=("code",), language="de", actor="test"
        )
    assert refusal.value.code == "no-vote-yet"
    vote(tenant, battle_id)
    for _ in range(2):
        changed = recategorise_vote(
            tenant=tenant, battle_id=battle_id, categories=("code",), language="de", actor="test",
            voter=VOTER,
        )  # fmt: skip
        assert (changed.categories, changed.language) == (("code",), "de")
    assert event_types(tenant, battle_id).count("VoteRecategorised") == 1
