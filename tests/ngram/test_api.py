"""The provider over the wire, as any client of the OpenAI API uses it."""

import json
from typing import Any

import httpx
import pytest

from tests.ngram.conversation import ask, asked, events

CHAT = "/chat/completions"


def test_models_are_listed_and_found_by_name(client: httpx.Client) -> None:
    listed = client.get("/models").json()
    assert listed["object"] == "list"
    names = [model["id"] for model in listed["data"]]
    assert names == ["ngram-1", "ngram-2", "ngram-3", "ngram-5", "ngram-6-char", "ngram-9-char"]
    assert client.get("/models/ngram-3").json() == listed["data"][2]
    assert client.get("/models/gone").json()["error"]["code"] == "model_not_found"


def test_a_whole_answer_comes_with_the_counts_of_tokens(client: httpx.Client) -> None:
    answer = ask(client, "Why is the sky blue?", seed=1, max_tokens=20)
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "ngram-3"
    choice = answer["choices"][0]
    assert choice["message"]["role"] == "assistant"
    assert choice["message"]["content"]
    usage = answer["usage"]
    # Six words and a question mark are six and one tokens; two marks make it a question.
    assert usage["prompt_tokens"] == 6 + 2
    assert 1 <= usage["completion_tokens"] <= 20
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_a_stream_says_the_same_in_pieces(client: httpx.Client) -> None:
    body = asked("Tell me a story.", seed=7, max_tokens=40)
    whole = client.post(CHAT, json=body).json()
    with client.stream(
        "POST", CHAT, json={**body, "stream": True, "stream_options": {"include_usage": True}}
    ) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        *chunks, last = events(response)
    assert last == "[DONE]"
    first, *middle, finish, usage = [json.loads(chunk) for chunk in chunks]
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    texts = [chunk["choices"][0]["delta"]["content"] for chunk in middle]
    assert "".join(texts) == whole["choices"][0]["message"]["content"]
    assert finish["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"]
    assert usage["choices"] == []
    assert usage["usage"] == whole["usage"]
    assert len(texts) == usage["usage"]["completion_tokens"]
    assert {chunk["object"] for chunk in (first, *middle, finish, usage)} == {
        "chat.completion.chunk"
    }
    assert len({chunk["id"] for chunk in (first, *middle, finish, usage)}) == 1


def test_a_stream_has_no_counts_unless_they_are_wanted(client: httpx.Client) -> None:
    with client.stream("POST", CHAT, json=asked("Hello", max_tokens=3, stream=True)) as response:
        assert "usage" not in "".join(events(response))


def test_the_seed_repeats_an_answer_and_prompts_change_it(client: httpx.Client) -> None:
    def text(prompt: str, seed: int) -> str:
        answer = ask(client, prompt, seed=seed, max_tokens=30)
        return str(answer["choices"][0]["message"]["content"])

    assert text("How do I bake bread?", 3) == text("How do I bake bread?", 3)
    assert len({text("How do I bake bread?", seed) for seed in range(-2, 6)}) > 4
    assert text("How do I bake bread?", 3) != text("What is a black hole?", 3)


def test_at_temperature_zero_the_most_likely_word_comes_whatever_the_seed(
    client: httpx.Client,
) -> None:
    answers = {
        ask(client, "What is gravity?", seed=seed, temperature=0, max_tokens=12)["choices"][0][
            "message"
        ]["content"]
        for seed in range(4)
    }
    assert len(answers) == 1


def test_the_limit_of_tokens_ends_an_answer(client: httpx.Client) -> None:
    for limit in ({"max_tokens": 4}, {"max_completion_tokens": 4, "max_tokens": 9}):
        answer = ask(client, "Tell me a story.", model="ngram-6-char", seed=1, **limit)
        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] == 4
        assert len(answer["choices"][0]["message"]["content"]) == 4


def test_a_stop_sequence_ends_an_answer_and_is_left_out(client: httpx.Client) -> None:
    question, model = "Why is the sky blue?", "ngram-5"
    free = ask(client, question, model=model, temperature=0)["choices"][0]["message"]["content"]
    stop = free[10:13]
    for stops in (stop, ["never to be seen", stop]):
        choice = ask(client, question, model=model, temperature=0, stop=stops)["choices"][0]
        assert choice["message"]["content"] == free[: free.index(stop)]
        assert choice["finish_reason"] == "stop"


def test_a_conversation_with_a_system_message_and_parts_of_text_is_read(
    client: httpx.Client,
) -> None:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You speak of the sea."},
        {"role": "user", "content": [{"type": "text", "text": "What causes the tides?"}]},
        {"role": "assistant", "content": "The moon."},
        {"role": "user", "content": "Why?"},
    ]
    body = {"model": "ngram-2", "messages": messages, "max_tokens": 5, "temperature": None}
    answer = client.post(CHAT, json=body)
    assert answer.status_code == 200
    assert answer.json()["usage"]["prompt_tokens"] == (1 + 6) + (1 + 5) + (1 + 3 + 1) + (1 + 2) + 1


@pytest.mark.parametrize(
    ("changes", "status", "param", "message"),
    [
        ({"model": "gpt-0"}, 404, "model", "There is no model 'gpt-0'"),
        ({"messages": []}, 400, "messages", "at least 1"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, "messages.0.role", "system"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
            400,
            "messages.0.content",
            "messages.0.content: these models read text only",
        ),
        ({"n": 2}, 400, "n", "n: "),
        ({"temperature": 3}, 400, "temperature", "less than or equal to 2"),
        ({"top_p": 0}, 400, "top_p", "greater than 0"),
        ({"max_tokens": 0}, 400, "max_tokens", "greater than or equal to 1"),
        ({"max_tokens": "9"}, 400, "max_tokens", "integer"),
        ({"stop": [""]}, 400, None, "stop"),
        ({"tools": [{"type": "function"}]}, 400, "tools", "does not support"),
        ({"messages": [{"role": "user", "content": "a " * 33_000}]}, 400, "messages", "32768"),
        ({"messages": [{"role": "user", "content": "a" * 1_000_001}]}, 413, None, "1000000 bytes"),
    ],
)
def test_a_bad_request_gets_the_error_that_clients_know(
    client: httpx.Client, changes: dict[str, Any], status: int, param: str | None, message: str
) -> None:
    response = client.post(CHAT, json={**asked("Hello"), **changes})
    assert response.status_code == status
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert message in error["message"]
    if param is not None:
        assert error["param"] == param


def test_what_is_no_json_and_what_is_no_page_get_such_an_error_too(client: httpx.Client) -> None:
    assert "Invalid JSON" in client.post(CHAT, content=b"{").json()["error"]["message"]
    assert "object" in client.post(CHAT, content=b"[]").json()["error"]["message"]
    for response, status in ((client.get(CHAT), 405), (client.get("/nothing"), 404)):
        assert response.status_code == status
        assert response.json()["error"]["type"] == "invalid_request_error"
