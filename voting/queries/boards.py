"""Read boards and the votes counted on them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, cast

from django.db.models import F, Q

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from voting.category_boards import Part, part_of
from voting.events import RatingPolicySet, TiePolicy, board_stream
from voting.events.boards import DEFAULT_PRELIMINARY_BELOW, DEFAULT_TIES
from voting.models import Board, BoardVotes, DeploymentCount, PairCount, StyledCount


class UnknownBoard(LookupError):
    """No board of that slug is open in the arena."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RatingPolicy:
    """How a board is rated (voting.events.RatingPolicySet); `position` is that of the event."""

    ties: TiePolicy
    both_bad: TiePolicy
    reweight_below: int | None
    preliminary_below: int
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardInfo:
    """A board as it was opened, or the part of one; `position` is that of the event."""

    slug: str
    name: str
    question: str
    licence: str
    attribution: str
    opened_at: datetime
    position: int
    part: Part | None
    """Of what it is a part, for the board of a category or language; None for any other."""
    policy: RatingPolicy


class PolicyChange(NamedTuple):
    """When a board got other rules, and the reason that was given."""

    position: int
    recorded_at: datetime
    reason: str


class VoteCount(NamedTuple):
    """Counted votes of a board, and the position of the last event that changed its counts."""

    votes: int
    position: int


class StyledRow(NamedTuple):
    """Votes between two models whose answers differed by one stratum of style."""

    model_a: str
    model_b: str
    stratum: str
    wins_a: int
    wins_b: int
    ties: int
    both_bad: int


class DeploymentRow(NamedTuple):
    """Votes of battles between two deployments, by slug; `deployment_a` stood on the left."""

    deployment_a: str
    deployment_b: str
    wins_a: int
    wins_b: int
    ties: int
    both_bad: int


class PairRow(NamedTuple):
    """Votes between two models, by slug; `model_a` stood on the left."""

    model_a: str
    model_b: str
    wins_a: int
    wins_b: int
    ties: int
    both_bad: int
    last_vote_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PairRows:
    """All pairs of a board, sorted by slugs; a pair may stand in both orders."""

    rows: list[PairRow]
    last_vote_at: datetime | None
    """When the newest vote that counts was cast; None without votes."""

    @property
    def vote_count(self) -> int:
        """Return the number of votes that count."""
        return sum(row.wins_a + row.wins_b + row.ties + row.both_bad for row in self.rows)


def boards(*, tenant: Tenant) -> list[BoardInfo]:
    """Return every board, oldest first, each followed by its parts: categories and languages."""
    counted = vote_counts(tenant=tenant)
    parts: dict[str, list[Part]] = {}
    for slug in sorted(counted):
        part = part_of(slug)
        if part is not None and counted[slug].votes:
            parts.setdefault(part.board, []).append(part)
    return [
        _info(row, part)
        for row in Board.objects.filter(tenant=tenant).order_by("position")
        for part in (None, *parts.get(row.slug, ()))
    ]


def board(*, tenant: Tenant, slug: str) -> BoardInfo:
    """Return one board, or one part of a board that has votes; raise UnknownBoard."""
    part = part_of(slug)
    opened = slug if part is None else part.board
    row = Board.objects.filter(tenant=tenant, slug=opened).first()
    if row is None or (part is not None and not vote_count(tenant=tenant, board=slug).votes):
        raise UnknownBoard(f"no board has the slug {slug!r}")
    return _info(row, part)


def board_as_of(*, tenant: Tenant, slug: str, position: int) -> BoardInfo:
    """Return one board, or a part of one, with the rules it had at a position.

    Raises UnknownBoard when it was not yet open. What was said at its opening never changes.
    """
    policy = policy_as_of(tenant=tenant, board=slug, position=position)
    part = part_of(slug)
    row = Board.objects.filter(tenant=tenant, slug=part.board if part else slug).first()
    if row is None:
        raise UnknownBoard(f"no board has the slug {slug!r}")
    return replace(_info(row, part), policy=policy)


def vote_counts(*, tenant: Tenant) -> dict[str, VoteCount]:
    """Return the votes of every board and part of one that ever had any, by slug."""
    return {
        row.board: VoteCount(row.votes, row.position)
        for row in BoardVotes.objects.filter(tenant=tenant)
    }


def vote_count(*, tenant: Tenant, board: str) -> VoteCount:
    """Return the votes of one board or part of one; zero and position 0 without any."""
    row = BoardVotes.objects.filter(tenant=tenant, board=board).first()
    return VoteCount(row.votes, row.position) if row else VoteCount(0, 0)


def pair_counts(*, tenant: Tenant, board: str) -> PairRows:
    """Return the votes of a board counted per pair; no rows for an unknown board."""
    rows = [
        PairRow(*values)
        # A pair whose votes were all filed under other categories has none here.
        for values in PairCount.objects.filter(tenant=tenant, board=board)
        .alias(votes=F("wins_a") + F("wins_b") + F("ties") + F("both_bad"))
        .exclude(votes=0)
        .order_by("model_a", "model_b")
        .values_list(*PairRow._fields)
    ]
    newest = max((row.last_vote_at for row in rows), default=None)
    return PairRows(rows=rows, last_vote_at=newest)


def styled_counts(*, tenant: Tenant, board: str) -> list[StyledRow]:
    """Return the votes in battles per pair and stratum of style; none for an unknown board."""
    rows = StyledCount.objects.filter(tenant=tenant, board=board)
    return [
        StyledRow(*values)
        for values in rows.order_by("model_a", "model_b", "stratum").values_list(*StyledRow._fields)
    ]


def deployment_counts(
    *, tenant: Tenant, board: str, deployments: Collection[str]
) -> list[DeploymentRow]:
    """Return the votes of battles in which one of these took part, sorted by both deployments."""
    rows = DeploymentCount.objects.filter(
        Q(deployment_a__in=deployments) | Q(deployment_b__in=deployments),
        tenant=tenant,
        board=board,
    ).order_by("deployment_a", "deployment_b")
    return [DeploymentRow(*values) for values in rows.values_list(*DeploymentRow._fields)]


def policy_changes(*, tenant: Tenant, board: str) -> list[PolicyChange]:
    """Return when a board, or the board that it is a part of, got other rules, oldest first."""
    part = part_of(board)
    history = reader.read_stream(
        tenant_id=tenant.pk, stream=board_stream(board if part is None else part.board)
    )
    return [
        PolicyChange(
            position=stored.position, recorded_at=stored.recorded_at, reason=stored.event.reason
        )
        for stored in history
        if isinstance(stored.event, RatingPolicySet)
    ]


def policy_as_of(*, tenant: Tenant, board: str, position: int) -> RatingPolicy:
    """Return how a board, or a part of one, was rated at a position; raise UnknownBoard."""
    part = part_of(board)
    opened = board if part is None else part.board
    history = [
        stored
        for stored in reader.read_stream(tenant_id=tenant.pk, stream=board_stream(opened))
        if stored.position <= position
    ]
    if not history:
        raise UnknownBoard(f"no board had the slug {board!r} at position {position}")
    newest = history[-1]
    policy = newest.event
    if isinstance(policy, RatingPolicySet):
        return RatingPolicy(
            ties=policy.ties,
            both_bad=policy.both_bad,
            reweight_below=policy.reweight_below,
            preliminary_below=policy.preliminary_below,
            position=newest.position,
        )
    return RatingPolicy(
        ties=DEFAULT_TIES,
        both_bad=DEFAULT_TIES,
        reweight_below=None,
        preliminary_below=DEFAULT_PRELIMINARY_BELOW,
        position=newest.position,
    )


def _info(row: Board, part: Part | None) -> BoardInfo:
    slug = row.slug if part is None else f"{part.board}--{part.part}"
    return BoardInfo(
        slug=slug,
        name=row.name if part is None else f"{row.name}, {part.label}",
        question=row.question,
        licence=row.licence,
        attribution=row.attribution,
        opened_at=row.opened_at,
        position=row.position,
        part=part,
        policy=RatingPolicy(
            ties=cast(TiePolicy, row.ties),
            both_bad=cast(TiePolicy, row.both_bad),
            reweight_below=row.reweight_below,
            preliminary_below=row.preliminary_below,
            position=row.policy_position,
        ),
    )
