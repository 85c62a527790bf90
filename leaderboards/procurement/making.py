"""Make a pack of what an arena knows now, all read in one snapshot of the database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import arena.eventstore.queries
import benchmarks.queries
from arena.eventstore.snapshots import snapshot
from arena.tenancy.models import Tenant
from benchmarks.queries import ModelInfo
from benchmarks.queries.sovereignty import ReplyInfo
from benchmarks.sovereignty import criteria, profiles
from leaderboards import queries, rebuild, sources
from leaderboards.calculator.answer import Answer, answer
from leaderboards.calculator.shortlist import Candidate
from leaderboards.cost.mixes import mixes
from leaderboards.procurement import figures
from leaderboards.procurement.contents import (
    Pack,
    PackCandidate,
    PackLeftOut,
    PackReply,
    PackTask,
    PackVersion,
)
from leaderboards.procurement.evidence import Evidence
from leaderboards.queries import BoardTable

MAX_CANDIDATES: Final = 50
MAX_LEFT_OUT: Final = 200
_TOO_MANY: Final = f"beyond the {MAX_CANDIDATES} that a pack holds; a higher floor leaves fewer"


def make(*, tenant: Tenant, query: Mapping[str, str], site: str) -> Pack:
    """Return the pack of the calculator's query; raise BadParameter (leaderboards.cost.reading).

    `site` is the address of the arena's pages, which the links of the pack begin with.
    """
    with snapshot(read_only=True):
        position = rebuild.input_position(tenant=tenant)
        found = answer(tenant=tenant, query=query)
        board = found.wish.board
        table = queries.board_table(tenant=tenant, board=board) if board else None
        models = {model.slug: model for model in benchmarks.queries.models(tenant=tenant)}
        evidence = Evidence.read(
            tenant=tenant, profile=found.wish.sovereign.profile, on=sources.today()
        )
        replies = benchmarks.queries.sovereignty.replies(tenant=tenant)
        head = arena.eventstore.queries.digests(tenant=tenant, positions=[position])
        newest = arena.eventstore.queries.events_after(
            tenant=tenant, position=position - 1, limit=1, types=None
        )
    candidates = tuple(
        _candidate(number, item, found, models, evidence)
        for number, item in enumerate(found.shortlist.candidates[:MAX_CANDIDATES], start=1)
    )
    left_out = _left_out(found)
    at_position = head.get(position)
    return Pack(
        site=site,
        arena=tenant.slug,
        arena_name=tenant.name,
        position=position,
        position_sha256=at_position.hash.hex() if at_position else None,
        as_of=newest[0].recorded_at if at_position and newest else None,
        on=evidence.on,
        query=found.wish.shortlist_query,
        asked={name: text for name, text in found.wish.stated.items() if text},
        currency=found.wish.costs.currency,
        board=board,
        board_name=table.info.name if table else "",
        board_question=table.info.question if table else "",
        board_licence=table.info.licence if table else "",
        board_position=table.position if table else 0,
        vote_count=table.vote_count if table else 0,
        profile=evidence.profile.slug,
        profile_name=evidence.profile.name,
        profile_note=evidence.profile.note,
        versions=_versions(table),
        machine=tuple(figures.of_machine(figure) for figure in found.figures),
        machine_a_month=figures.machine_month(found),
        candidates=candidates,
        replies=_replies(replies, candidates),
        left_out=left_out[:MAX_LEFT_OUT],
        left_out_unlisted=max(0, len(left_out) - MAX_LEFT_OUT),
    )


def _versions(table: BoardTable | None) -> tuple[PackVersion, ...]:
    stated = {
        "formula of ratings": table.formula_version if table else "",
        "criteria of sovereignty": criteria().version,
        "profiles of sovereignty": profiles().version,
        "mixes of tasks": str(mixes().version),
    }
    return tuple(
        PackVersion(name=name, version=version or "not computed yet")
        for name, version in stated.items()
    )


def _left_out(found: Answer) -> tuple[PackLeftOut, ...]:
    missed = tuple(
        PackLeftOut(
            name=item.name,
            label=item.label,
            model=item.model_slug,
            deployment=item.deployment,
            reasons=tuple(reason.words for reason in item.reasons),
        )
        for item in found.shortlist.left_out
    )
    surplus = tuple(
        PackLeftOut(
            name=item.name,
            label=item.label,
            model=item.model_slug or "",
            deployment=item.deployment or "",
            reasons=(_TOO_MANY,),
        )
        for item in found.shortlist.candidates[MAX_CANDIDATES:]
    )
    return surplus + missed


def _replies(
    found: Sequence[ReplyInfo], candidates: Iterable[PackCandidate]
) -> tuple[PackReply, ...]:
    """Return the newest reply of every operator that has a candidate."""
    wanted = {candidate.operator for candidate in candidates}
    newest: dict[str, ReplyInfo] = {}
    for reply in found:
        if reply.operator in wanted:
            newest.setdefault(reply.operator, reply)
    return tuple(
        PackReply(
            operator=operator,
            text=reply.text,
            stated_on=reply.stated_on,
            source_url=reply.source_url,
            position=reply.position,
        )
        for operator, reply in sorted(newest.items())
    )


def _candidate(
    number: int,
    item: Candidate,
    found: Answer,
    models: Mapping[str, ModelInfo],
    evidence: Evidence,
) -> PackCandidate:
    model = models.get(item.model_slug or "")
    known = found.facts.get(item.deployment or "")
    return PackCandidate(
        number=number,
        name=item.name,
        label=item.label,
        model=item.model_slug,
        deployment=item.deployment,
        operator=known.deployment.operator if known else None,
        developer=model.developer if model else None,
        licence=model.licence if model else None,
        weights_open=model.weights_open if model else None,
        is_own=item.is_own,
        elo=figures.elo(item, found.wish),
        speed=figures.speed(known),
        a_month=figures.a_month(item, known, found.wish),
        per_million=item.per_million,
        tasks=tuple(
            PackTask(mix=mix, title=title, cost=cost)
            for mix, title, cost in figures.tasks(item, known, found)
        ),
        standing=evidence.standing(item.deployment),
        facts=evidence.facts(item.deployment),
    )
