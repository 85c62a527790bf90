"""An answer of the calculator as CSV (RFC 4180): a line a deployment, also those left out."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from leaderboards.calculator.answer import Answer
from leaderboards.calculator.floors import LeftOut
from leaderboards.calculator.shortlist import Candidate
from leaderboards.cells import iso
from leaderboards.exports.csv_file import cell, comment


class _Column(NamedTuple):
    name: str
    of: Callable[[Candidate | LeftOut], Any]


_OF_BOTH: Final = (
    _Column("model", lambda item: item.model_slug),
    _Column("model_name", lambda item: item.name),
    _Column("deployment", lambda item: item.deployment),
    _Column("label", lambda item: item.label),
    _Column("elo", lambda item: item.rating and item.rating["value"]),
    _Column("elo_lower", lambda item: item.rating and item.rating["lower"]),
    _Column("elo_upper", lambda item: item.rating and item.rating["upper"]),
    _Column("elo_votes", lambda item: item.rating and item.rating["sample"]),
    _Column("level", lambda item: item.sovereignty and item.sovereignty.level),
    _Column("score", lambda item: item.sovereignty and item.sovereignty.score),
    _Column("score_high", lambda item: item.sovereignty and item.sovereignty.score_high),
    _Column(
        "coverage_percent", lambda item: item.sovereignty and item.sovereignty.coverage_percent
    ),
)
_OF_A_CANDIDATE: Final[tuple[tuple[str, Callable[[Candidate], Any]], ...]] = (
    ("gap", lambda item: item.tax and item.tax.gap),
    ("gap_lower", lambda item: item.tax and item.tax.lower),
    ("gap_upper", lambda item: item.tax and item.tax.upper),
    ("cost_a_month", lambda item: item.a_month),
    ("cost_per_million_output", lambda item: item.per_million),
    (
        "break_even_millions",
        lambda item: item.against_mine and item.against_mine.break_even_millions,
    ),
    ("payback_months", lambda item: item.against_mine and item.against_mine.payback_months),
    ("price_source", lambda item: item.source),
    ("price_as_of", lambda item: iso(item.as_of)),
    ("price_position", lambda item: item.position),
)


def render(found: Answer, *, url: str) -> bytes:
    """Return UTF-8: lines `# name: text`, the names of the columns, then every deployment."""
    out = io.StringIO()
    for name, text in _header(found, url).items():
        out.write(comment(name, text))
    writer = csv.writer(out)
    both = [column.name for column in _OF_BOTH]
    writer.writerow(["status", *both, *(name for name, _ in _OF_A_CANDIDATE), "reasons"])
    for line in _lines(found):
        writer.writerow([cell(value) for value in line])
    return out.getvalue().encode()


def _header(found: Answer, url: str) -> dict[str, str]:
    top = found.shortlist.top
    return {
        "title": "Shortlist of the cost calculator",
        "asked": " ".join(f"{name}={text}" for name, text in found.wish.stated.items() if text),
        "currency": found.wish.costs.currency,
        "gap": f"Elo below {top.name}" if top else "no rated model is known to be closed",
        "url": url,
    }


def _lines(found: Answer) -> Iterator[list[Any]]:
    for item in found.shortlist.candidates:
        yield [
            "no cost" if item.a_month is None else "shortlist",
            *(column.of(item) for column in _OF_BOTH),
            *(of(item) for _, of in _OF_A_CANDIDATE),
            item.missing,
        ]
    nothing = [None] * len(_OF_A_CANDIDATE)
    for missed in found.shortlist.left_out:
        yield [
            "left out",
            *(column.of(missed) for column in _OF_BOTH),
            *nothing,
            "; ".join(reason.words for reason in missed.reasons),
        ]
