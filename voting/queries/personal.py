"""Read what one voter did, and what everybody else said about the same pairs."""

from dataclasses import dataclass

from arena.eventstore.queries import checkpoint_position
from arena.tenancy.models import Tenant
from voting.models import Battle, PairCount
from voting.personal import (
    Agreement,
    MeanAgreement,
    Outcomes,
    OwnVote,
    Standing,
    agreement,
    mean_agreement,
    outcome,
    pair_of,
    standings,
)

_COUNTS = ("pair_counts",)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalBoard:
    """A person's votes on one board; the standings of all its models, however few votes."""

    board: str
    votes: int
    standings: list[Standing]


def personal_boards(*, tenant: Tenant, voter: str) -> list[PersonalBoard]:
    """Return the boards on which the person has votes that count, most votes first."""
    votes = _own_votes(tenant, voter)
    by_board: dict[str, list[OwnVote]] = {}
    for vote in votes:
        by_board.setdefault(vote.board, []).append(vote)
    boards = [
        PersonalBoard(board=board, votes=len(own), standings=standings(own))
        for board, own in by_board.items()
    ]
    return sorted(boards, key=lambda row: (-row.votes, row.board))


def crowd_agreement(*, tenant: Tenant, voter: str) -> MeanAgreement:
    """Return the mean share of others who voted as the person did, over the person's votes."""
    votes = _own_votes(tenant, voter)
    everybody = _everybody(tenant, {vote.board for vote in votes})
    own = _own_outcomes(tenant, votes)
    others = {pair: count.without(own.get(pair, Outcomes())) for pair, count in everybody.items()}
    return mean_agreement(votes, others)


def pair_agreement(
    *, tenant: Tenant, voter: str, board: str, model_a: str, model_b: str, winner: str
) -> Agreement:
    """Return how many others chose as this vote did, on the same pair and board."""
    first, second = pair_of(model_a, model_b)
    key = (board, first, second)
    everybody = _everybody(tenant, {board}, models=(first, second)).get(key, Outcomes())
    own = _own_outcomes(tenant, _own_votes(tenant, voter, board=board, models=(first, second)))
    return agreement(
        vote=outcome(model_a, model_b, winner), others=everybody.without(own.get(key, Outcomes()))
    )


def _own_votes(
    tenant: Tenant, voter: str, *, board: str | None = None, models: tuple[str, ...] = ()
) -> list[OwnVote]:
    rows = Battle.objects.filter(tenant=tenant, voter=voter, status="voted", mode="battle")
    if board is not None:
        rows = rows.filter(board=board, model_a__in=models, model_b__in=models)
    return [OwnVote(*values) for values in rows.values_list(*OwnVote._fields)]


def _own_outcomes(tenant: Tenant, votes: list[OwnVote]) -> dict[tuple[str, str, str], Outcomes]:
    """Return the person's own votes as far as the counts of the boards hold them."""
    counted = checkpoint_position(tenant=tenant, names=_COUNTS)
    result: dict[tuple[str, str, str], Outcomes] = {}
    for vote in votes:
        if vote.position <= counted:
            key = (vote.board, *pair_of(vote.model_a, vote.model_b))
            more = outcome(vote.model_a, vote.model_b, vote.winner)
            result[key] = result.get(key, Outcomes()).plus(more)
    return result


def _everybody(
    tenant: Tenant, boards: set[str], *, models: tuple[str, ...] = ()
) -> dict[tuple[str, str, str], Outcomes]:
    rows = PairCount.objects.filter(tenant=tenant, board__in=boards)
    if models:
        rows = rows.filter(model_a__in=models, model_b__in=models)
    result: dict[tuple[str, str, str], Outcomes] = {}
    for row in rows:
        first, second = pair_of(row.model_a, row.model_b)
        wins = (row.wins_a, row.wins_b) if row.model_a == first else (row.wins_b, row.wins_a)
        key = (row.board, first, second)
        more = Outcomes(*wins, row.ties, row.both_bad)
        result[key] = result.get(key, Outcomes()).plus(more)
    return result
