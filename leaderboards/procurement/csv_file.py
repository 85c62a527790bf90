"""A pack as CSV (RFC 4180): one line for each candidate and fact, and one for each left out."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from leaderboards.cells import iso
from leaderboards.exports.csv_file import cell, comment
from leaderboards.procurement.contents import Pack, PackCandidate, PackFact
from leaderboards.procurement.words import DISCLAIMER


class _Column(NamedTuple):
    name: str
    of: Callable[[PackCandidate, PackFact], Any]


_OF_A_CANDIDATE: Final = (
    _Column("status", lambda item, fact: "shortlist"),
    _Column("candidate", lambda item, fact: item.number),
    _Column("model", lambda item, fact: item.model),
    _Column("model_name", lambda item, fact: item.name),
    _Column("deployment", lambda item, fact: item.deployment),
    _Column("operator", lambda item, fact: item.operator),
    _Column("elo", lambda item, fact: item.elo.value),
    _Column("elo_lower", lambda item, fact: item.elo.lower),
    _Column("elo_upper", lambda item, fact: item.elo.upper),
    _Column("elo_votes", lambda item, fact: item.elo.sample),
    _Column("tok_s", lambda item, fact: item.speed.value),
    _Column("tok_s_runs", lambda item, fact: item.speed.sample),
    _Column("cost_a_month", lambda item, fact: item.a_month.value),
    _Column("cost_missing", lambda item, fact: item.a_month.missing),
    _Column("price_source", lambda item, fact: item.a_month.source),
    _Column("price_source_url", lambda item, fact: item.a_month.source_url),
    _Column("price_as_of", lambda item, fact: item.a_month.as_of),
    _Column("price_position", lambda item, fact: item.a_month.position),
    _Column("level", lambda item, fact: item.standing and item.standing.level),
    _Column("score", lambda item, fact: item.standing and item.standing.score),
    _Column("score_high", lambda item, fact: item.standing and item.standing.score_high),
    _Column(
        "coverage_percent", lambda item, fact: item.standing and item.standing.coverage_percent
    ),
)
_OF_A_FACT: Final = (
    _Column("criterion", lambda item, fact: fact.criterion),
    _Column("criterion_title", lambda item, fact: fact.title),
    _Column("weight", lambda item, fact: fact.weight),
    _Column("points", lambda item, fact: fact.points),
    _Column("full_points", lambda item, fact: fact.full_points),
    _Column("answer", lambda item, fact: fact.answer),
    _Column("evidence", lambda item, fact: fact.evidence),
    _Column("evidence_stated", lambda item, fact: fact.evidence_stated),
    _Column("source_url", lambda item, fact: fact.source_url),
    _Column("source_sha256", lambda item, fact: fact.source_sha256),
    _Column("stated_on", lambda item, fact: iso(fact.stated_on)),
    _Column("expires_on", lambda item, fact: iso(fact.expires_on)),
    _Column("reviewed_by", lambda item, fact: fact.reviewed_by),
    _Column("submitted_position", lambda item, fact: fact.submitted_position),
    _Column("reviewed_position", lambda item, fact: fact.reviewed_position),
    _Column("note", lambda item, fact: fact.note),
    _Column("reason", lambda item, fact: fact.reason),
    _Column("question", lambda item, fact: fact.question),
)


def render(pack: Pack, *, pack_id: str) -> bytes:
    """Return UTF-8: lines `# name: text`, the names of the columns, then the lines."""
    out = io.StringIO()
    for name, text in _header(pack, pack_id).items():
        out.write(comment(name, text))
    writer = csv.writer(out)
    columns = (*_OF_A_CANDIDATE, *_of_tasks(pack), *_OF_A_FACT)
    writer.writerow([column.name for column in columns])
    for line in (*_candidates(pack, columns), *_left_out(pack, columns)):
        writer.writerow([cell(value) for value in line])
    return out.getvalue().encode()


def _header(pack: Pack, pack_id: str) -> dict[str, str]:
    asked = " ".join(f"{name}={text}" for name, text in pack.asked.items())
    return {
        "title": f"Procurement pack of {pack.arena_name}",
        "pack": pack_id,
        "position": str(pack.position),
        "position_sha256": pack.position_sha256 or "no event yet",
        "as_of": iso(pack.as_of) or "no event yet",
        "on": str(pack.on),
        "board": f"{pack.board or 'none'} at position {pack.board_position}",
        "profile": f"{pack.profile_name}: {pack.profile_note}",
        "asked": asked,
        "currency": pack.currency,
        **{version.name: version.version for version in pack.versions},
        "left_out_unlisted": str(pack.left_out_unlisted),
        "note": DISCLAIMER,
        "url": f"{pack.site}/procurement/{pack_id}/",
    }


def _of_tasks(pack: Pack) -> Iterator[_Column]:
    """Return a column for what one task of each mix costs."""
    keys = {task.mix: None for item in pack.candidates for task in item.tasks}
    for key in keys:
        yield _Column(f"task_{key}", _cost_of(key))


def _cost_of(key: str) -> Callable[[PackCandidate, PackFact], float | None]:
    def cost(item: PackCandidate, _fact: PackFact) -> float | None:
        return next((task.cost.value for task in item.tasks if task.mix == key), None)

    return cost


def _candidates(pack: Pack, columns: Sequence[_Column]) -> Iterator[list[Any]]:
    for item in pack.candidates:
        for fact in item.facts:
            yield [column.of(item, fact) for column in columns]


def _left_out(pack: Pack, columns: Sequence[_Column]) -> Iterator[list[Any]]:
    for item in pack.left_out:
        told = {
            "status": "left out",
            "model": item.model,
            "model_name": item.name,
            "deployment": item.deployment,
            "reason": "; ".join(item.reasons),
        }
        yield [told.get(column.name) for column in columns]
