"""Names are in no event while a battle is open, and what closes it opens what it began with."""

import hashlib
import json
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from arena.eventstore import reader
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests.voting import battling
from tests.voting.battling import VOTER
from voting import models, queries
from voting.commands import (
    Ballot,
    Prompt,
    cast_vote,
    continue_battle,
    erase_voter,
    record_answers,
    skip_battle,
    start_battle,
    void_battle,
)
from voting.commitments import assignment_text, commitment, opens
from voting.events import BattleStarted, battle_stream
from voting.state import BattleRefused

pytestmark = pytest.mark.django_db(transaction=True)
SENTINEL = "xylophagous-sentinel"


def log_text(tenant: Tenant, battle_id: uuid.UUID) -> str:
    """All that the log says of a battle, with its metadata."""
    stream = reader.read_stream(tenant_id=tenant.pk, stream=battle_stream(battle_id))
    return json.dumps([[stored.type, stored.data, stored.metadata] for stored in stream])


def by_vote(tenant: Tenant, battle_id: uuid.UUID) -> None:
    cast_vote(
        tenant=tenant, battle_id=battle_id, voter=VOTER, ballot=Ballot(winner="tie"), actor="test"
    )


def by_skip(tenant: Tenant, battle_id: uuid.UUID) -> None:
    skip_battle(tenant=tenant, battle_id=battle_id, voter=VOTER, actor="test")


def by_void(tenant: Tenant, battle_id: uuid.UUID) -> None:
    void_battle(tenant=tenant, battle_id=battle_id, reason="empty", side="b", actor="test")


def test_the_commitment_is_a_hash_that_anybody_can_compute_again() -> None:
    text = assignment_text(deployment_a="one", deployment_b="two", pair_probability_ppb=250_000_000)
    assert text == "one\ntwo\n250000000"
    expected = hashlib.sha256(b"00ff\none\ntwo\n250000000").hexdigest()
    assert commitment(salt="00ff", content=text) == expected
    assert opens(salt="00ff", content=text, committed=expected)
    assert not opens(salt="00fe", content=text, committed=expected)
    assert assignment_text(deployment_a="one", deployment_b=None, pair_probability_ppb=None) == (
        "one\n\n"
    )


@pytest.mark.parametrize("close", [by_vote, by_skip, by_void])
def test_names_appear_with_the_event_that_closes_the_battle(
    tenant: Tenant, close: Callable[[Tenant, uuid.UUID], None]
) -> None:
    deployments = battling.contest(tenant, "one", "two", "three", "four")
    battle_id = battling.answered(tenant)
    continue_battle(
        tenant=tenant, battle_id=battle_id, voter=VOTER, turn=2, text="And?", actor="test"
    )
    battling.answered(tenant, turn=2, battle_id=battle_id)
    battling.catch_up(tenant)
    row = models.Battle.objects.get(tenant=tenant, id=battle_id)
    assert not any(name in log_text(tenant, battle_id) for name in deployments)
    assert (row.model_a, row.model_b) == (None, None)
    close(tenant, battle_id)
    assert sum(name in log_text(tenant, battle_id) for name in deployments) == 2
    opened = queries.battle(tenant=tenant, battle_id=battle_id).opened
    assert opened is not None
    started = queries.battle(tenant=tenant, battle_id=battle_id).started
    assert opens(
        salt=opened.assignment_salt,
        content=assignment_text(
            deployment_a=opened.deployment_a,
            deployment_b=opened.deployment_b,
            pair_probability_ppb=opened.pair_probability_ppb,
        ),
        committed=started.assignment_commitment,
    )
    assert opened.pair_probability_ppb == pytest.approx(1e9 / 6, abs=1)


def test_every_text_opens_the_commitment_of_its_event(tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    battle_id = battling.answered(tenant)
    by_vote(tenant, battle_id)
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    delivered = battle.answers[0]
    committed = {
        battle.started.prompt_content_id: battle.started.prompt_commitment,
        delivered.answer_content_id_a: delivered.answer_commitment_a,
        delivered.answer_content_id_b: delivered.answer_commitment_b,
    }
    rows = models.Content.objects.filter(tenant=tenant, battle_id=battle_id)
    assert {row.id for row in rows} == set(committed)
    for row in rows:
        assert opens(salt=str(row.salt), content=str(row.text), committed=str(committed[row.id]))


def test_no_text_is_in_the_log_and_erasing_blanks_every_table(tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    answered = uuid.uuid4()
    start_battle(
        tenant=tenant, battle_id=answered, board="text", mode="battle", voter=VOTER,
        prompt=Prompt(text=f"{SENTINEL} 1", system=f"{SENTINEL} 2", image=SENTINEL.encode()),
        terms=battling.terms(), actor="test",
        can_see_images=frozenset({"quoxalin-one", "quoxalin-two"}),
    )  # fmt: skip
    record_answers(
        tenant=tenant, battle_id=answered, turn=1, a=battling.answer(f"{SENTINEL} 3"),
        b=battling.answer(f"{SENTINEL} 4"), actor="test",
    )  # fmt: skip
    ballot = Ballot(winner="tie", comment=f"{SENTINEL} 5")
    cast_vote(tenant=tenant, battle_id=answered, voter=VOTER, ballot=ballot, actor="test")
    answering = battling.begin(tenant, prompt=f"{SENTINEL} 6")
    assert SENTINEL not in log_text(tenant, answered) + log_text(tenant, answering)
    assert tables_with(SENTINEL) == {"voting_content"}

    assert erase_voter(tenant=tenant, voter=VOTER, actor="test") == 7

    assert tables_with(SENTINEL) == set()
    assert erase_voter(tenant=tenant, voter=VOTER, actor="test") == 0
    with pytest.raises(BattleRefused):
        battling.answered(tenant, battle_id=answering)
    assert queries.conversation(tenant=tenant, battle_id=answered).is_erased
    assert queries.battle(tenant=tenant, battle_id=answered).status == "voted"
    assert isinstance(verify_chain(tenant_id=tenant.pk), Verified)


def test_erasing_touches_nobody_else(tenant: Tenant, other_tenant: Tenant) -> None:
    kept = []
    for arena in (tenant, other_tenant):
        battling.contest(arena, "one", "two")
        kept.append((arena, battling.begin(arena, voter=battling.STRANGER)))
        battling.begin(arena)
    kept.append((other_tenant, battling.begin(other_tenant)))
    erase_voter(tenant=tenant, voter=VOTER, actor="test")
    for arena, battle_id in kept:
        conversation = queries.conversation(tenant=arena, battle_id=battle_id)
        assert conversation.turns[0].prompt == "Why is the sky blue?"
        assert queries.battle(tenant=arena, battle_id=battle_id).is_open


def test_two_battles_of_one_prompt_commit_to_it_differently(tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    started = [
        queries.battle(tenant=tenant, battle_id=battling.begin(tenant)).started for _ in range(2)
    ]
    assert all(isinstance(event, BattleStarted) for event in started)
    assert started[0].prompt_commitment != started[1].prompt_commitment
    assert started[0].assignment_commitment != started[1].assignment_commitment


def tables_with(text: str) -> set[str]:
    """Every table of the database with a row that holds the text anywhere, images too."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS t WHERE t::text LIKE %s OR t::text LIKE %s LIMIT 1',
                [f"%{text}%", f"%{text.encode().hex()}%"],
            )
            if cursor.fetchone():
                found.add(table)
    return found
