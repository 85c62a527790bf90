"""What is asked: length, uniqueness, and what decides it."""

import hashlib
import json
from pathlib import Path

import pytest

from arena_runner.contract.profile import DatasetPrompt, SyntheticPrompt
from arena_runner.load.body import Dialect, Wanted, request_bytes
from arena_runner.load.calibration import LONG_WORDS, SHORT_WORDS, Calibration, calibrated
from arena_runner.load.datasets import DatasetError, DatasetPrompts, read_dataset
from arena_runner.load.prompts import PrefixCaching, SyntheticPrompts
from arena_runner.load.target import BadTargetError, Target, address_of
from arena_runner.load.words import WORDS

PLAIN = Calibration(tokens_per_word=1.0)


def prompts(
    prompt: SyntheticPrompt, *, salt: str = "s", caching: PrefixCaching = "off", seed: str = "42"
) -> SyntheticPrompts:
    return SyntheticPrompts(prompt, calibration=PLAIN, seed=seed, salt=salt, prefix_caching=caching)


def test_words_are_plain_and_each_is_there_once() -> None:
    assert len(set(WORDS)) == len(WORDS) > 600
    assert all(word.isascii() and word.islower() and word.isalpha() for word in WORDS)


def test_a_line_through_two_counts_tells_words_from_template() -> None:
    found = calibrated(9 + 2 * SHORT_WORDS, 9 + 2 * LONG_WORDS)
    assert found == Calibration(tokens_per_word=2.0, overhead_tokens=9.0)
    assert found.words(109) == 50
    assert found.words(100, first=False) == 50
    assert found.words(1) == 1
    assert calibrated(None, 400) is None
    assert calibrated(48, None) == Calibration(tokens_per_word=1.5)


def test_seed_and_salt_decide_the_text() -> None:
    prompt = SyntheticPrompt(input_tokens=50, output_tokens=5)
    first = prompts(prompt).conversation(0, 0, 2)
    assert first == prompts(prompt).conversation(0, 0, 2)
    assert first != prompts(prompt, seed="43").conversation(0, 0, 2)
    assert [len(turn.text.split()) for turn in first] == [50, 50]
    other = prompts(prompt, salt="t").conversation(0, 0, 2)
    assert other[0].text.split()[:12] != first[0].text.split()[:12]
    assert other[0].text.split()[12:] == first[0].text.split()[12:]


def test_no_two_prompts_begin_alike() -> None:
    made = prompts(SyntheticPrompt(input_tokens=40, output_tokens=5, context_tokens=100))
    starts = {
        tuple(made.conversation(run, index, 1)[0].text.split()[:4])
        for run in range(-1, 3)
        for index in range(100)
    }
    assert len(starts) == 400


def test_with_prefix_caching_on_the_context_is_shared_and_the_rest_is_not() -> None:
    prompt = SyntheticPrompt(input_tokens=40, output_tokens=5, context_tokens=100)
    made = prompts(prompt, caching="on")
    texts = [made.conversation(run, 0, 1)[0].text.split() for run in range(3)]
    assert len({tuple(words[:100]) for words in texts}) == 1
    assert len({tuple(words[100:]) for words in texts}) == 3
    assert {len(words) for words in texts} == {140}


def test_spread_is_uniform_to_its_ends() -> None:
    made = prompts(SyntheticPrompt(input_tokens=400, output_tokens=50, spread=0.9))
    turns = [made.conversation(0, index, 1)[0] for index in range(2_000)]
    lengths = [turn.input_tokens or 0 for turn in turns]
    assert min(lengths) == pytest.approx(40, abs=5)
    assert max(lengths) == pytest.approx(760, abs=5)
    assert sum(lengths) / len(lengths) == pytest.approx(400, rel=0.05)
    assert {turn.output_tokens for turn in turns} == set(range(5, 96))


SHAREGPT = [
    {
        "id": f"talk{number}",
        "conversations": [
            {"from": "human", "value": f"question {number} " + "word " * 6},
            {"from": "gpt", "value": "answer " * (5 + number)},
            {"from": "human", "value": "and then? " * 4},
            {"from": "gpt", "value": "so it was " * 3},
        ],
    }
    for number in range(10)
]


def dataset(tmp_path: Path, content: object, **more: str) -> tuple[Path, DatasetPrompt]:
    file = tmp_path / "data.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file, DatasetPrompt(name="sharegpt", max_output_tokens=10, **more)


def test_a_dataset_gives_each_conversation_once_before_any_again(tmp_path: Path) -> None:
    file, prompt = dataset(tmp_path, SHAREGPT)
    made = DatasetPrompts(
        read_dataset(file, prompt),
        prompt,
        per_run=5,
        turns=2,
        calibration=PLAIN,
        seed="42",
        salt="s",
    )
    firsts = [made.conversation(run, index, 2) for run in range(2) for index in range(5)]
    asked = {turns[0].text.partition("\n\n")[2] for turns in firsts}
    assert len(asked) == 10
    assert {turns[1].text for turns in firsts} == {"and then? " * 4}
    assert sorted({turns[0].output_tokens for turns in firsts}) == [5, 6, 7, 8, 9, 10]
    assert firsts[0] == made.conversation(0, 0, 2)


def test_a_dataset_is_the_one_that_the_profile_pins(tmp_path: Path) -> None:
    file, prompt = dataset(tmp_path, SHAREGPT, sha256="0" * 64)
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises(DatasetError, match=f"its SHA-256 is {found}, the profile wants 0000"):
        read_dataset(file, prompt)
    assert read_dataset(file, prompt.model_copy(update={"sha256": found}))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not JSON"),
        ("[" * 200_000, "not JSON"),
        ({"a": 1}, "want a JSON list"),
        ([1, {"conversations": "x"}, {"conversations": [{"from": "gpt", "value": "x"}] * 2}], "no"),
    ],
)
def test_a_file_that_is_no_dataset_is_refused(tmp_path: Path, content: object, says: str) -> None:
    file, prompt = dataset(tmp_path, content)
    with pytest.raises(DatasetError, match=says):
        read_dataset(file, prompt)


def test_a_missing_dataset_says_where_to_state_it(tmp_path: Path) -> None:
    _, prompt = dataset(tmp_path, [])
    with pytest.raises(DatasetError, match=r"datasets\.sharegpt"):
        read_dataset(None, prompt)
    with pytest.raises(DatasetError, match="No such file"):
        read_dataset(tmp_path / "none", prompt)


def test_a_request_says_what_is_wanted() -> None:
    target = Target("https://engine.example/openai/v1/", "m", "k3y")
    wanted = Wanted(7, 0.0, ignore_eos=True)
    head, _, body = request_bytes(
        target, [{"role": "user", "content": "hé"}], wanted, Dialect()
    ).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /openai/v1/chat/completions HTTP/1.1"
    assert {"Host: engine.example", "Authorization: Bearer k3y", "Connection: close"} <= set(lines)
    assert f"Content-Length: {len(body)}" in lines
    assert json.loads(body) == {
        "model": "m",
        "messages": [{"role": "user", "content": "hé"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 7,
        "min_tokens": 7,
        "ignore_eos": True,
        "temperature": 0.0,
    }
    assert "k3y" not in repr(target)


@pytest.mark.parametrize(
    "base_url",
    ["ftp://host", "http://", "http://user:pw@host", "http://host/a?b=c", "http://h\r\nX: y/", ""],
)
def test_an_address_that_cannot_be_used_is_refused(base_url: str) -> None:
    with pytest.raises(BadTargetError):
        Target(base_url, "m")


def test_addresses_are_taken_apart() -> None:
    assert address_of("http://127.0.0.1:8000").path == "/v1"
    assert address_of("http://[::1]:8000/v1").host_header == "[::1]:8000"
    assert address_of("https://host/v1").port == 443
    with pytest.raises(BadTargetError, match="api_key"):
        Target("http://host", "m", "a\r\nb")
