"""Chat completions in OpenAI's form, as a plain HTTP client sees them on a running site."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from arena.tenancy.models import Tenant
from tests import processes
from tests.api.battle_client import Program, events
from tests.api.battle_keys import battle_key
from tests.live_server import live_server
from tests.voting import battling
from tests.voting.fake_provider import STEADY, FakeProvider, fake_provider
from voting.voters import CONSENT_VERSION

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = "".join(STEADY)
QUESTION = {"role": "user", "content": "Why is the sky blue?"}
CONSENT = {"consent_version": CONSENT_VERSION}


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a server of models."""
    with fake_provider() as running:
        yield running


@pytest.fixture
def program(tenant: Tenant, provider: FakeProvider) -> Iterator[Program]:
    """Return a client of a running site with two models that answer."""
    battling.contest(tenant, "one", "two", provider=provider)
    with live_server(processes.environment()) as server:
        yield Program(server, battle_key(tenant))


def complete(program: Program, *messages: Any, **fields: Any) -> httpx.Response:
    """Ask for a completion as a client does that sends nothing but what OpenAI knows."""
    headers = {"Authorization": f"Bearer {program.key.raw}"}
    body = {"model": "arena", "messages": messages or [QUESTION], "metadata": CONSENT} | fields
    return httpx.post(
        program.server.url("/api/v1/chat/completions"), json=body, headers=headers, timeout=30
    )


def test_a_completion_has_two_answers_and_a_battle_to_vote_on(program: Program) -> None:
    response = complete(program, temperature=None, user="4711")
    assert response.status_code == 200, response.text
    whole = response.json()
    battle_id = uuid.UUID(response.headers["X-Arena-Battle-Id"])
    assert whole["id"] == f"battle-{battle_id}"
    assert (whole["object"], whole["model"]) == ("chat.completion", "arena/text")
    assert isinstance(whole["created"], int)
    assert whole["choices"] == [
        {
            "index": index,
            "message": {"role": "assistant", "content": WHOLE, "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
        for index in (0, 1)
    ]
    assert "usage" not in whole
    voted = httpx.post(
        whole["arena"]["vote_url"], json={"winner": "tie"}, headers=program.key.headers
    )
    assert voted.json()["status"] == "voted"


def test_a_streamed_completion_comes_in_chunks_of_both_choices(
    program: Program, provider: FakeProvider
) -> None:
    provider.pace_s |= {"one": 0.02, "two": 0.02}
    response = complete(program, stream=True, stream_options={"include_usage": True})
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.text.endswith("data: [DONE]\n\n")
    chunks = [event.data for event in events(iter(response.text.splitlines()))]
    said = {0: "", 1: ""}
    ended = []
    for chunk in chunks:
        assert chunk["object"] == "chat.completion.chunk"
        assert chunk["id"] == f"battle-{response.headers['X-Arena-Battle-Id']}"
        for choice in chunk["choices"]:
            assert choice.keys() == {"index", "delta", "logprobs", "finish_reason"}
            said[choice["index"]] += choice["delta"].get("content", "")
            if choice["finish_reason"]:
                ended.append((choice["index"], choice["finish_reason"]))
    assert said == {0: WHOLE, 1: WHOLE}
    assert ended == [(0, "stop"), (1, "stop")]
    assert [choice["delta"]["role"] for choice in chunks[0]["choices"]] == ["assistant"] * 2
    assert len(chunks) > 5
    assert chunks[-1]["arena"]["vote_url"].endswith("/vote")


def test_a_conversation_goes_on_with_both_models(program: Program, provider: FakeProvider) -> None:
    system = {"role": "system", "content": "Be brief."}
    first = complete(program, system, QUESTION)
    battle_id = first.headers["X-Arena-Battle-Id"]
    history = [system, QUESTION, {"role": "assistant", "content": "whatever it showed"}]
    more = {"role": "user", "content": [{"type": "text", "text": "And then?"}]}
    second = complete(program, *history, more, metadata={"battle_id": battle_id})
    assert second.status_code == 200, second.text
    assert second.json()["arena"]["turn"] == 2
    again = complete(program, *history, more, metadata={"battle_id": battle_id})
    assert again.json() == second.json()
    assert len(provider.asked) == 4
    assert provider.asked[-1].body["messages"] == [
        system,
        QUESTION,
        {"role": "assistant", "content": WHOLE},
        {"role": "user", "content": "And then?"},
    ]
    other = {"role": "user", "content": "Something that was never asked"}
    refused = complete(program, other, history[-1], more, metadata={"battle_id": battle_id})
    assert refused.json()["error"]["param"] == "messages"


def test_one_idempotency_key_is_one_battle(program: Program, provider: FakeProvider) -> None:
    body = {"model": "arena/text", "messages": [QUESTION], "metadata": CONSENT}
    answers = [
        program.post("chat/completions", body, **{"Idempotency-Key": "same"}).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(provider.asked) == 2


REFUSED: dict[str, tuple[dict[str, Any], int, str, str | None]] = {
    "no consent": ({"metadata": {}}, 422, "consent-needed", "metadata.consent_version"),
    "another model": ({"model": "gpt-4"}, 422, "invalid-body", "model"),
    "unknown board": ({"model": "arena/nope"}, 422, "rule-refused", None),
    "sampling": ({"temperature": 0.5}, 422, "invalid-body", "temperature"),
    "tools": ({"tools": []}, 422, "invalid-body", "tools"),
    "one answer": ({"n": 1}, 422, "invalid-body", "n"),
    "no prompt": ({"messages": [{"role": "system", "content": "x"}]}, 422, "invalid-body",
                  "messages"),
    "a history of another": (
        {"messages": [QUESTION, {"role": "assistant", "content": "x"}, QUESTION]},
        422, "invalid-body", "metadata.battle_id",
    ),
    "an image": (
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
        422, "invalid-body", None,
    ),
    "an unknown battle": (
        {"metadata": {"battle_id": str(uuid.uuid4())}}, 404, "not-found", None
    ),
}  # fmt: skip


def test_what_a_battle_cannot_do_is_refused_in_openais_form(program: Program) -> None:
    for name, (fields, status, code, param) in REFUSED.items():
        response = complete(program, **fields)
        problem = response.json()
        assert (response.status_code, problem["code"]) == (status, code), (name, problem)
        error = problem["error"]
        assert error.keys() == {"message", "type", "param", "code"}
        assert error["message"] == problem["detail"]
        if param is not None:
            assert error["param"] == param, name
    program_without_key = httpx.post(program.server.url("/api/v1/chat/completions"), json={})
    assert program_without_key.json()["error"]["type"] == "authentication_error"


def test_a_model_that_fails_ends_the_completion_with_an_error(
    program: Program, tenant: Tenant
) -> None:
    with fake_provider() as faulty:
        battling.contest(tenant, "disconnects", "error-in-stream", board="bad", provider=faulty)
        whole = complete(program, model="arena/bad")
        stream = complete(program, model="arena/bad", stream=True)
    assert (whole.status_code, whole.json()["error"]["code"]) == (502, "answer-failed")
    assert whole.json()["error"]["type"] == "server_error"
    *_, last, done = [line for line in stream.text.splitlines() if line.startswith("data: ")]
    assert done == "data: [DONE]"
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "answer-failed"
