"""Answers are asked for, streamed and stored by the web process that took the prompt."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings as SettingsWrapper

from arena.tenancy.models import Tenant
from tests.voting import battling
from tests.voting.fake_provider import STEADY, FakeProvider
from tests.voting.following import Page, messages_until, web_process, why_void
from voting import queries
from voting.commands import continue_battle, skip_battle
from voting.state import Battle
from voting.streaming import answering, check_capacity, launch
from voting.streaming.engine import Busy
from workers.commands import remove_target
from workers.pieces import Timeouts

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "".join(STEADY)


def run(
    tenant: Tenant, battle_id: UUID, *, until: str = "complete", turn: int = 1
) -> list[dict[str, Any]]:
    """Answer one turn in this process and return what its follower was told."""

    async def main() -> list[dict[str, Any]]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=turn)
            return await messages_until(tenant, battle_id, until, "void", "closed")

    return asyncio.run(main())


def stored(tenant: Tenant, battle_id: UUID) -> Battle:
    return queries.battle(tenant=tenant, battle_id=battle_id)


def test_both_answers_are_streamed_and_stored(tenant: Tenant, provider: FakeProvider) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    battle_id = battling.begin(tenant)
    page = Page()
    for message in run(tenant, battle_id):
        page.take(message)
    assert page.status == "ready"
    assert page.texts == {"a": WHOLE, "b": WHOLE}
    assert page.repeated == 0
    battle = stored(tenant, battle_id)
    assert battle.status == "ready"
    delivered = battle.answers[0]
    assert (delivered.prompt_tokens_a, delivered.output_tokens_b) == (7, len(STEADY))
    assert delivered.generation_ms_a > 0
    assert delivered.finish_reason_b == "stop"
    texts = queries.conversation(tenant=tenant, battle_id=battle_id).turns[0]
    assert (texts.answer_a, texts.answer_b) == (WHOLE, WHOLE)


def test_both_models_are_asked_at_the_same_moment_and_the_same_thing(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    # An answer takes three seconds, so who is asked only after the other's is seen.
    provider.pace_s.update(one=0.1, two=0.1)
    run(tenant, battling.begin(tenant, prompt="Why?"))
    first, second = provider.asked
    assert {first.model, second.model} == {"one", "two"}
    assert abs(first.at - second.at) < 1
    assert (
        first.body["messages"] == second.body["messages"] == [{"role": "user", "content": "Why?"}]
    )


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("error", "provider_error"),
        ("error-in-stream", "provider_error"),
        ("disconnects", "disconnected"),
        ("empty", "empty"),
        ("silent", "timeout"),
    ],
)
def test_a_failing_side_voids_the_battle_and_ends_the_other_request(
    tenant: Tenant,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    model: str,
    reason: str,
) -> None:
    monkeypatch.setattr(answering, "TIMEOUTS", Timeouts(first_token_s=1.0))
    battling.contest(tenant, model, "endless", provider=provider)
    battle_id = battling.begin(tenant)
    void = why_void(run(tenant, battle_id))
    battle = stored(tenant, battle_id)
    assert battle.voided is not None
    side = battle.voided.side
    assert side is not None
    assert getattr(battle.voided, f"model_{side}") == f"quoxalin-{model}"
    assert battle.voided.reason == reason
    assert void["reason"] == reason
    assert f"Answer {side.upper()}" in void["message"]
    assert "quoxalin" not in str(void)
    ended = {asked.model: asked.ended for asked in provider.asked}
    assert ended["endless"] == "left"


def test_a_target_that_may_not_be_called_voids_the_battle(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    remove_target(tenant=tenant, target="127.0.0.1", port=provider.port)
    battle_id = battling.begin(tenant)
    assert why_void(run(tenant, battle_id))["reason"] == "refused_target"
    assert provider.asked == []


def test_a_deployment_without_an_endpoint_voids_the_battle(tenant: Tenant) -> None:
    battling.contest(tenant, "one", "two")
    battle_id = battling.begin(tenant)
    assert why_void(run(tenant, battle_id))["reason"] == "provider_error"


def test_an_answer_that_names_its_model_voids_the_battle_and_is_kept(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    provider.words["one"] = ("I ", "am ", "Quoxalin ", "one.")
    battle_id = battling.begin(tenant)
    assert why_void(run(tenant, battle_id))["reason"] == "identity_leak"
    assert len(stored(tenant, battle_id).answers) == 1


def test_whoever_skips_stops_both_requests(tenant: Tenant, provider: FakeProvider) -> None:
    battling.contest(tenant, "endless", "silent", provider=provider)
    battle_id = battling.begin(tenant)

    async def main() -> dict[str, Any]:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            while len(provider.asked) < 2:
                await asyncio.sleep(0.01)
            skip = sync_to_async(skip_battle, thread_sensitive=False)
            await skip(tenant=tenant, battle_id=battle_id, voter=battling.VOTER, actor="test")
            last = (await messages_until(tenant, battle_id, "state"))[-1]
            while {asked.ended for asked in provider.asked} != {"left"}:
                await asyncio.sleep(0.01)
            return last

    assert asyncio.run(main())["status"] == "skipped"


def test_a_turn_is_answered_once_however_often_it_is_launched(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    battle_id = battling.begin(tenant)

    async def main() -> None:
        async with web_process():
            for _ in range(5):
                launch(tenant=tenant, battle_id=battle_id, turn=1)
            await messages_until(tenant, battle_id, "complete")
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            await asyncio.sleep(0.1)

    asyncio.run(main())
    assert len(provider.asked) == 2


def test_a_second_turn_sends_each_model_its_own_answers(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "one", "two", provider=provider)
    provider.words.update(one=("First.",), two=("Second.",))
    battle_id = battling.begin(tenant, prompt="Why?")
    run(tenant, battle_id)
    continue_battle(
        tenant=tenant, battle_id=battle_id, voter=battling.VOTER, turn=2, text="And?", actor="test"
    )
    messages = run(tenant, battle_id, turn=2)
    assert messages[0]["turn"] == 2
    for asked in provider.asked[2:]:
        own = "First." if asked.model == "one" else "Second."
        assert [message["content"] for message in asked.body["messages"]] == ["Why?", own, "And?"]


def test_a_direct_chat_has_one_side(tenant: Tenant, provider: FakeProvider) -> None:
    one, _ = battling.contest(tenant, "one", "two", provider=provider)
    battle_id = battling.begin(tenant, mode="direct", deployments=(one,))
    messages = run(tenant, battle_id)
    assert messages[0]["b"] is None
    assert all("b" not in message for message in messages if message["type"] == "delta")
    assert stored(tenant, battle_id).status == "ready"


def test_hidden_speed_shows_both_sides_at_the_pace_of_the_slower(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "fast", "slow", provider=provider)
    provider.pace_s.update(fast=0.0, slow=0.02)
    page, widest = Page(), 0
    for message in run(tenant, battling.begin(tenant)):
        page.take(message)
        widest = max(widest, abs(len(page.texts["a"]) - len(page.texts["b"])))
    assert page.texts == {"a": WHOLE, "b": WHOLE}
    assert widest == 0


def test_shown_speed_lets_nobody_wait(tenant: Tenant, provider: FakeProvider) -> None:
    battling.contest(tenant, "fast", "slow", provider=provider)
    provider.pace_s.update(fast=0.0, slow=0.02)
    page, widest = Page(), 0
    for message in run(tenant, battling.begin(tenant, speed_hidden=False)):
        page.take(message)
        widest = max(widest, abs(len(page.texts["a"]) - len(page.texts["b"])))
    assert widest > len(WHOLE) / 2


def test_a_process_that_stops_voids_what_it_was_answering(
    tenant: Tenant, provider: FakeProvider
) -> None:
    battling.contest(tenant, "endless", "silent", provider=provider)
    battle_id = battling.begin(tenant)

    async def main() -> None:
        async with web_process():
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            while len(provider.asked) < 2:
                await asyncio.sleep(0.01)

    asyncio.run(main())
    voided = stored(tenant, battle_id).voided
    assert voided is not None
    assert (voided.reason, voided.side) == ("interrupted", None)


def test_a_full_process_refuses_further_battles(
    tenant: Tenant, provider: FakeProvider, settings: SettingsWrapper
) -> None:
    settings.ARENA_MAX_RUNNING_BATTLES = 1
    battling.contest(tenant, "endless", "silent", provider=provider)
    battle_id = battling.begin(tenant)

    async def main() -> None:
        async with web_process():
            check_capacity()
            launch(tenant=tenant, battle_id=battle_id, turn=1)
            while not provider.asked:
                await asyncio.sleep(0.01)
            with pytest.raises(Busy) as refusal:
                check_capacity()
            assert refusal.value.retry_after_s > 0

    asyncio.run(main())


def test_nothing_is_launched_where_no_web_server_runs(tenant: Tenant) -> None:
    with pytest.raises(RuntimeError, match="event loop of the web server"):
        launch(tenant=tenant, battle_id=uuid4(), turn=1)
