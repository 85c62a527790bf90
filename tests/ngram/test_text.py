"""The text that ships, its tokens, and what is near to a prompt."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.ngram.corpus import FOLDER, exchanges
from workers.ngram.topics import Topics
from workers.ngram.vocabulary import UNKNOWN, Unit, Vocabulary, pieces

ALL = exchanges()


def test_the_text_is_whole_and_ours() -> None:
    assert len(ALL) > 180
    assert all(each.question and len(each.answer) > 20 for each in ALL)
    assert len({each.question for each in ALL}) == len(ALL)
    readme = (FOLDER / "README.md").read_text()
    assert "CC0-1.0" in readme
    assert sum(path.stat().st_size for path in FOLDER.glob("*.txt")) < 600_000


def test_no_answer_can_give_a_model_or_its_maker_away() -> None:
    names = r"n-?gram|\barena\b|embedded provider|openai|anthropic|gpt|claude|gemini|llama|mistral"
    for each in ALL:
        assert not re.search(names, each.question + each.answer, re.IGNORECASE), each.question


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello\nQ: Who?\nA: Me.\n")
    with pytest.raises(ValueError, match=r"a\.txt: text before the first question: 'Hello"):
        exchanges(tmp_path)
    (tmp_path / "a.txt").write_text("Q: Who?\nB: Me.\n")
    with pytest.raises(ValueError, match=r"a\.txt: no answer to 'Who"):
        exchanges(tmp_path)


@given(st.text(), st.sampled_from(["word", "character"]))
def test_tokens_joined_are_the_text(text: str, unit: Unit) -> None:
    assert "".join(pieces(text, unit)) == text


def test_a_word_keeps_its_blank_and_a_word_never_seen_is_unknown() -> None:
    assert pieces("It's 42 €, isn't\n\nit?", "word") == [
        "It's", " 42", " €", ",", " isn't", "\n\n", "it", "?",
    ]  # fmt: skip
    vocabulary = Vocabulary(["the sky is blue"], "word")
    tokens = vocabulary.encode("the sky is xyzzy")
    assert tokens[-1] == UNKNOWN
    assert "".join(vocabulary.text_of(token) for token in tokens) == "the sky is"


def test_the_exchanges_on_the_topic_are_found() -> None:
    topics = Topics(ALL)

    def first(prompt: str) -> str:
        return ALL[topics.nearest(prompt)[0]].question

    assert first("sky blue why??") == "Why is the sky blue?"
    assert first("explain volcano") == "How do volcanoes form?"
    assert first("python prime number check") == (
        "Write a function in Python that checks whether a number is prime."
    )
    assert topics.nearest("qwertz 漢字") == []
    assert len(topics.nearest("Tell me a story")) <= 3
