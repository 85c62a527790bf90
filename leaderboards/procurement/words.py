"""How a pack reads: the same words on its page and in its PDF."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from benchmarks.sovereignty import EVIDENCE
from leaderboards.procurement.contents import Pack, PackFact, PackFigure, PackStanding
from leaderboards.templatetags.numbers import moment, number

DISCLAIMER: Final = (
    "Not legal advice. Facts are what their sources say and reviewers accepted. "
    "What is unknown counts nothing."
)
DASH: Final = "–"
ASKED: Final[Mapping[str, str]] = {
    "input": "Input tokens a day",
    "cached": "of them cached",
    "output": "Output tokens a day",
    "reasoning": "Reasoning tokens a day",
    "currency": "Currency",
    "rate": "Units of it for one USD",
    "tariff": "Tariff, a kWh",
    "months": "Months of writing off",
    "utilisation": "At work for single tasks, % of all hours",
    "price": "Own machine: price",
    "watts": "Own machine: W",
    "speed": "Own machine: writes, tok/s",
    "prefill": "Own machine: reads, tok/s",
    "cloud_input": "Offered: input, a million tokens",
    "cloud_output": "Offered: output, a million tokens",
    "board": "Board",
    "elo": "Elo of at least",
    "profile": "Profile of sovereignty",
    "level": "Level of at least",
    "score": "Score of at least, of 100",
    "deployment": "Own machine like the deployment",
    "tolerance": "Costs count as equal up to, %",
}
"""What each parameter of the calculator asks, in the order of the pack."""
_AMOUNTS: Final = ("input", "cached", "output", "reasoning", "price")


def asked(pack: Pack) -> list[tuple[str, str]]:
    """Return what was asked, in words; a floor that was not asked says so."""
    stated = {"elo": "no floor", "level": "no floor", "score": "no floor", **pack.asked}
    return [
        (words, _amount(stated[name]) if name in _AMOUNTS else stated[name])
        for name, words in ASKED.items()
        if name in stated
    ]


def _amount(stated: str) -> str:
    """Return a large number with its thousands apart; a part of one as it was stated."""
    return number(int(stated)) if stated.isdecimal() else stated


def figure(told: PackFigure, digits: int = 0) -> str:
    """Return a figure with its interval and what it rests on, or a dash with the reason."""
    if told.value is None:
        return f"{DASH} {told.missing}".rstrip()
    text = number(told.value, digits)
    if told.lower is not None and told.upper is not None:
        text += f" ({number(told.lower, digits)} to {number(told.upper, digits)})"
    if told.sample is not None:
        counted = told.counted if told.sample != 1 else told.counted.removesuffix("s")
        text += f", {number(told.sample)} {counted}"
    return text


def provenance(told: PackFigure) -> str:
    """Return where a figure is from, of when, and the event that states it."""
    event = f"event {told.position}" if told.position else ""
    return ", ".join(filter(None, (told.source, _day_or_moment(told.as_of), event)))


def _day_or_moment(as_of: str | None) -> str:
    """Return a day as it is, a moment as pages write it."""
    return moment(datetime.fromisoformat(as_of)) if as_of and "T" in as_of else as_of or ""


def standing(told: PackStanding | None) -> str:
    """Return level and score with what is unknown."""
    if told is None:
        return f"{DASH} no fact has been reviewed"
    above = "" if told.level == told.level_high else f", up to {told.level_high}"
    score, high = number(told.score, 1), number(told.score_high, 1)
    return (
        f"{told.level}{above}; {score}{'' if high == score else f' to {high}'} of 100, "
        f"{number(told.coverage_percent)} % of the weight known"
    )


def evidence(fact: PackFact) -> str:
    """Return the class of evidence of a fact, with what age did to it."""
    stated = fact.evidence_stated or fact.evidence
    return stated if stated == fact.evidence else f"{stated}, now {fact.evidence}"


def classes() -> str:
    """Return what the classes of evidence stand for."""
    return "Evidence: " + "; ".join(f"{name} {words}" for name, words in EVIDENCE.items()) + "."


def recompute(pack: Pack, pack_id: str) -> list[str]:
    """Return how anybody checks the pack, step by step."""
    at = f"position {pack.position}"
    return [
        f"{pack.site}/procurement/{pack_id}.json is the whole pack; its SHA-256 is {pack_id}.",
        f"The chain hash of the log at {at} is {pack.position_sha256 or 'none: the log is empty'};"
        f" {pack.site}/api/v1/events holds the public events up to there.",
        f"Ratings are those of the board {pack.board or 'none'} at position {pack.board_position};"
        f" {pack.site}/api/v1/boards/{pack.board or '-'}/fits holds the fits with their inputs.",
        f"Formulas with worked examples are on {pack.site}/method/; an operator runs"
        " ./manage.py verify_chain over the whole log.",
    ]
