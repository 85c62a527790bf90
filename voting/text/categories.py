"""Pure: what a prompt asks for, by published rules.

Rules and no judge: whoever reads them can tell why a battle is on a board, they cost nothing, and
they are the same for every prompt. A voter or a moderator may correct them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from voting.text.prompt_signs import (
    has_code,
    has_maths,
    has_number,
    has_several_parts,
    needs_reasoning,
    states_form,
)
from voting.text.tokens import count_tokens

Category = Literal["code", "maths", "instructions", "long", "multi-turn", "hard"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)

LONG_TOKENS: Final = 500
MULTI_TURNS: Final = 2
HARD_CRITERIA: Final = 4
SUBSTANTIAL_TOKENS: Final = 40
LONGEST: Final = 20_000
"""Characters that are looked at for signs, from the start. Tokens are counted in the whole."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the signs of a hard prompt."""

    name: str
    description: str
    holds: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One category as pages show it."""

    category: Category
    label: str
    description: str


CRITERIA: Final = (
    Criterion("specific", "names a number, a quotation or a piece of code", has_number),
    Criterion("domain", "asks for code or maths by the rules above", lambda text: _in_domain(text)),
    Criterion("parts", "asks for more than one thing: two questions or a list", has_several_parts),
    Criterion(
        "reasoning", "asks to explain, prove, compare, design, debug or decide", needs_reasoning
    ),
    Criterion("form", "states the form of the answer by the rule of instructions", states_form),
    Criterion(
        "substantial",
        f"has at least {SUBSTANTIAL_TOKENS} tokens",
        lambda text: count_tokens(text) >= SUBSTANTIAL_TOKENS,
    ),
)
RULES: Final = (
    Rule(
        "code",
        "Code",
        "The prompt holds code (a fenced block, or lines in the shape of code) or asks about "
        "programming by name: a language, a library, a tool, a task on code.",
    ),
    Rule(
        "maths",
        "Maths",
        "The prompt holds a formula, a calculation, a term of mathematics, or asks how many or "
        "how much and gives at least two numbers.",
    ),
    Rule(
        "instructions",
        "Instruction following",
        "The prompt states the form of the answer: its length, its format, what it must hold, "
        "begin or end with, or what it must not hold.",
    ),
    Rule("long", "Long prompt", f"All turns together have at least {LONG_TOKENS} tokens."),
    Rule("multi-turn", "Multi-turn", f"The battle has at least {MULTI_TURNS} turns."),
    Rule(
        "hard",
        "Hard prompt",
        f"At least {HARD_CRITERIA} of {len(CRITERIA)} hold: the prompt "
        + "; ".join(criterion.description for criterion in CRITERIA)
        + ".",
    ),
)


def categorise(prompt: str, *, turn_count: int = 1) -> frozenset[Category]:
    """Return the categories of a battle.

    `prompt` is what the person wrote, all turns joined by a line break, without system prompt;
    `turn_count` is how many turns they took. A prompt may be in every category or in none.
    """
    head = prompt[:LONGEST]
    holds: dict[Category, bool] = {
        "code": has_code(head),
        "maths": has_maths(head),
        "instructions": states_form(head),
        "long": count_tokens(prompt) >= LONG_TOKENS,
        "multi-turn": turn_count >= MULTI_TURNS,
        "hard": sum(criterion.holds(head) for criterion in CRITERIA) >= HARD_CRITERIA,
    }
    return frozenset(category for category in CATEGORIES if holds[category])


def _in_domain(text: str) -> bool:
    return has_code(text) or has_maths(text)
