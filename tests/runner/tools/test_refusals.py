"""What cannot have been measured is refused, with the place and the remedy."""

import json
from pathlib import Path

import pytest

from arena_runner.contract import tools

DATA = Path(__file__).parent / "data"


def text(name: str) -> str:
    return (DATA / f"{name}.json").read_text()


def _edit(name: str, old: str, new: str) -> str:
    content = text(name)
    assert old in content
    return content.replace(old, new, 1)


REFUSED = {
    "nan": (_edit("vllm_gamma", "3.4618580719998135", "NaN"), "NaN is not a number"),
    "infinity": (_edit("vllm_gamma", "3.4618580719998135", "-Infinity"), "Infinity"),
    "beyond double": (_edit("vllm_gamma", "3.4618580719998135", "1e999"), "finite"),
    "negative": (_edit("vllm_gamma", '"completed": 20', '"completed": -20'), "/completed"),
    "huge": (_edit("vllm_gamma", "3.4618580719998135", "1e18"), "/duration"),
    "long integer": (_edit("vllm_gamma", '"completed": 20', f'"completed": {"9" * 5000}'), "JSON"),
    "fraction": (_edit("vllm_gamma", '"completed": 20', '"completed": 2.5'), "whole number"),
    "text": (_edit("vllm_gamma", '"completed": 20', '"completed": "20"'), "must be a number"),
    "truth": (_edit("vllm_gamma", '"completed": 20', '"completed": true'), "must be a number"),
    "nothing done": (_edit("vllm_gamma", '"completed": 20', '"completed": 0'), "no request"),
    "no time": (_edit("vllm_gamma", "3.4618580719998135", "0"), "above 0"),
    "edited throughput": (_edit("vllm_gamma", "369.74363864102077", "739.4"), "was it edited"),
    "edited mean": (_edit("llama_bench", "987.839120", "1987.8"), "was it edited"),
    "missing": (_edit("llama_bench", '"n_gen": 0,', ""), "no known tool"),
    "double key": (_edit("llama_bench", '"n_gen": 0,', '"n_gen": 0, "n_gen": 1,'), "twice"),
    "too many": (
        _edit("llama_benchy_role", '"concurrency": 1', '"concurrency": 100000'),
        "from 1 to 4096",
    ),
    "first token at once": (
        json.dumps(
            {
                "latency_mode": "api",
                "benchmarks": [
                    {
                        "concurrency": 1,
                        "prompt_size": 1,
                        "response_size": 1,
                        "context_size": 0,
                        "e2e_ttft": {"mean": 0, "values": [0]},
                    }
                ],
            }
        ),
        "0 ms cannot be",
    ),
    "deep": ("[" * 100_000, "nested too deeply"),
    "no json": ("# markdown |", "not JSON"),
    "another tool": ('{"results": {}}', "no known tool"),
    "empty": ("[]", "no known tool"),
}


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_numbers_that_cannot_be_are_refused_with_their_place(content: str, message: str) -> None:
    with pytest.raises(tools.ToolOutputError, match=message):
        tools.read(content)


def test_a_file_too_large_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arena_runner.contract.tools.reader.MAX_BYTES", 1_000)
    with pytest.raises(tools.ToolOutputError, match="larger than"):
        tools.read(text("vllm_gamma"))
