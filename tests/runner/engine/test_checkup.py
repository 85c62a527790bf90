"""What the doctor finds at an engine's endpoint, and the canary's verdict."""

import asyncio
from typing import Any

import pytest

from arena_runner.contract.findings import Finding
from arena_runner.contract.report import Canary
from arena_runner.engine import canary, checkup
from arena_runner.engine.endpoint import EndpointError
from tests.runner.engine.pages import Pages, listed, said, serving

VLLM = {"/v1/models": listed("vllm", "qwen"), "/version": (200, {"version": "0.19.1"})}
WORDS = 39


def examine(pages: Pages, *, expected_version: str | None = None) -> dict[str, Finding]:
    with serving(pages):
        findings = asyncio.run(checkup.examine(pages, expected_version=expected_version))
    return {finding.code: finding for finding in findings}


def answers(*, per_word: float = 1.0, cached: int = 0) -> list[Any]:
    once, twice = 12 + round(WORDS * per_word), 12 + round(2 * WORDS * per_word)
    counts = [said("x", once), said("x", twice), said("x", twice, cached=cached)]
    return [*counts, said("one, two"), said("one, two"), said("one, two"), said("Paris.")]


def test_a_healthy_engine_passes_every_check() -> None:
    found = examine(Pages(VLLM, completions=answers()), expected_version="0.19")
    assert [finding.level for finding in found.values()] == ["pass"] * 5
    assert found["engine"].found == "vllm, version 0.19.1, by its own word"
    assert list(found) == ["engine", "model", "tokenizer", "prefix_cache", "canary"]


def test_an_image_tag_that_lied_is_found() -> None:
    found = examine(Pages(VLLM, completions=answers()), expected_version="0.20")
    assert found["engine"].level == "warn"
    assert "the recipe says 0.20" in found["engine"].found


def test_no_engine_is_one_failure() -> None:
    found = asyncio.run(checkup.examine(Pages({}, base_url="http://127.0.0.1:9")))
    assert [finding.level for finding in found] == ["fail"]


def test_a_wrong_model_name_names_the_right_ones() -> None:
    found = examine(Pages({"/v1/models": listed("vllm", "right")}))
    assert found["model"].level == "fail"
    assert found["model"].found == "qwen is not served; there is right"


@pytest.mark.parametrize(("per_word", "level"), [(1.0, "pass"), (1.3, "pass"), (4.5, "warn")])
def test_a_tokenizer_that_is_not_what_tools_assume_is_told(per_word: float, level: str) -> None:
    finding = examine(Pages(VLLM, completions=answers(per_word=per_word)))["tokenizer"]
    assert finding.level == level
    assert ("gpt2" in finding.mend) == (level == "warn")


def test_an_engine_that_counts_no_tokens_is_a_fault() -> None:
    replies = [said("x", None)] * 3 + answers()[3:]
    assert examine(Pages(VLLM, completions=replies))["tokenizer"].level == "fail"


def test_a_prefix_cache_is_told() -> None:
    finding = examine(Pages(VLLM, completions=answers(cached=80)))["prefix_cache"]
    assert finding.level == "warn"
    assert "80 tokens" in finding.found


def test_an_engine_that_fails_to_answer_is_told_with_its_own_word() -> None:
    broken = (500, {"error": {"message": "CUDA out of memory"}})
    finding = examine(Pages(VLLM, completions=[broken]))["answers"]
    assert finding.level == "fail"
    assert "CUDA out of memory" in finding.found


def ask(*replies: Any) -> Canary:
    with serving(Pages({}, completions=list(replies))) as pages:
        return asyncio.run(canary.ask(pages))


def test_the_canary_asks_greedily_with_a_seed() -> None:
    with serving(Pages({}, completions=answers()[3:])) as pages:
        asyncio.run(canary.ask(pages))
    bodies = [body for _, body in pages.asked]
    assert {(body["temperature"], body["seed"], body["model"]) for body in bodies} == {
        (0, 42, "qwen")
    }


def test_the_first_answer_does_not_count() -> None:
    result = ask(said("cold"), said("warm"), said("warm"), said("It is Paris"))
    assert result.passed
    assert result.answered is True
    assert (
        result.greedy_sha256 == ask(said("x"), said("warm"), said("warm"), said("no")).greedy_sha256
    )


def test_reasoning_is_part_of_the_text() -> None:
    result = ask(*[said("", reasoning="hm")] * 3, said("", reasoning="the capital is paris"))
    assert result.passed
    assert result.answered is True


def test_a_model_that_knows_nothing_passes_unanswered() -> None:
    result = ask(*[said("#;4#")] * 3, said("k; 3"))
    assert result.passed
    assert result.answered is False


def test_text_that_never_settles_fails() -> None:
    result = ask(*[said(f"random {number}") for number in range(5)], said("Paris"))
    assert not result.passed
    assert result.greedy_sha256 is None


def test_silence_fails() -> None:
    result = ask(*[said("")] * 3, said(""))
    assert not result.passed
    assert result.answered is None


@pytest.mark.parametrize("reply", [(200, []), (200, b"?"), (500, {"error": "no"})])
def test_something_else_than_an_answer_is_an_error(reply: Any) -> None:
    with pytest.raises(EndpointError):
        ask(reply)


@pytest.mark.parametrize(
    "body", [{}, {"choices": []}, {"choices": [1]}, {"choices": [{"message": {"content": 7}}]}]
)
def test_an_answer_without_text_is_empty(body: dict[str, Any]) -> None:
    assert not ask(*[(200, body)] * 4).passed
