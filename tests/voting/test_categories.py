"""Categories of prompts: how often the published rules agree with a reader, and their edges."""

from pathlib import Path

import pytest

from tests.voting.labelled_prompts import LABELLED
from voting.text.categories import (
    CATEGORIES,
    CRITERIA,
    HARD_CRITERIA,
    LONG_TOKENS,
    RULES,
    categorise,
)
from voting.text.tokens import count_tokens

METHODOLOGY = Path(__file__).resolve().parents[2] / "docs" / "methodology.md"


@pytest.mark.parametrize(
    ("category", "least_precision", "least_recall"),
    [
        ("code", 0.95, 0.95),
        ("maths", 0.95, 0.85),
        ("instructions", 0.95, 0.90),
        ("hard", 0.95, 0.90),
    ],
)
def test_a_rule_agrees_with_the_labels(
    category: str, least_precision: float, least_recall: float
) -> None:
    wanted = {prompt for labels, prompt in LABELLED if category in labels.split()}
    found = {prompt for _, prompt in LABELLED if category in categorise(prompt)}
    right = len(wanted & found)
    assert right / len(found) >= least_precision, found - wanted
    assert right / len(wanted) >= least_recall, wanted - found


def test_the_labelled_prompts_are_enough_and_all_different() -> None:
    assert len({prompt for _, prompt in LABELLED}) == len(LABELLED) >= 60


def test_long_begins_at_its_number_of_tokens() -> None:
    assert "long" not in categorise("word " * (LONG_TOKENS - 1))
    assert "long" in categorise("word " * LONG_TOKENS)


def test_a_second_turn_makes_a_battle_multi_turn() -> None:
    assert "multi-turn" not in categorise("Hello", turn_count=1)
    assert "multi-turn" in categorise("Hello\nGo on", turn_count=2)


def test_hard_needs_its_number_of_criteria() -> None:
    for _, prompt in LABELLED:
        holding = sum(criterion.holds(prompt) for criterion in CRITERIA)
        assert ("hard" in categorise(prompt)) is (holding >= HARD_CRITERIA)


@pytest.mark.parametrize(
    "prompt",
    [
        "We are open 24/7 since 12/05/2024.",
        "The score was 3-1 on 9/11.",
        "A rusty swift went to see the react of the ruby.",
        "",
    ],
)
def test_everyday_text_is_in_no_category(prompt: str) -> None:
    assert categorise(prompt) == frozenset()


def test_a_formula_inside_code_is_not_maths() -> None:
    assert categorise("```\ny = x^2 + 1\n```") == {"code"}


def test_tokens_are_words_and_marks_and_signs_of_scripts_without_spaces() -> None:
    assert count_tokens("Hello, world 42!") == 5
    assert count_tokens("今天天气") == 4
    assert count_tokens("สวัสดีครับ") == 3
    assert count_tokens("  \n ") == 0


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile",
    ["1" * 200_000, "x = " * 50_000, "\n" * 200_000, '"' * 200_000, "for(" * 60_000, "a" * 200_000],
    ids=["digits", "equations", "lines", "quotes", "brackets", "letters"],
)
def test_a_hostile_prompt_ends(hostile: str) -> None:
    assert "hard" not in categorise(hostile)


def test_every_rule_is_on_the_methodology_page() -> None:
    page = " ".join(METHODOLOGY.read_text().split())
    assert [rule.category for rule in RULES] == list(CATEGORIES)
    for rule in RULES[:-1]:
        assert f"| `{rule.category}` | {rule.description} |" in page
    for criterion in CRITERIA:
        assert criterion.description in page
