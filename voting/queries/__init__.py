"""What may be read of boards, contestants and battles of one arena."""

from voting.queries.battles import (
    AssignmentInfo,
    BattleSummary,
    Conversation,
    TurnTexts,
    assignment,
    battle,
    battle_ids_of_voter,
    battles_of_voter,
    conversation,
    open_battles,
)
from voting.queries.boards import (
    BoardInfo,
    PairRow,
    PairRows,
    UnknownBoard,
    board,
    boards,
    pair_counts,
)
from voting.queries.contestants import (
    ContestantInfo,
    active_contenders,
    contestants,
    pair_votes,
)

__all__ = [
    "AssignmentInfo",
    "BattleSummary",
    "BoardInfo",
    "ContestantInfo",
    "Conversation",
    "PairRow",
    "PairRows",
    "TurnTexts",
    "UnknownBoard",
    "active_contenders",
    "assignment",
    "battle",
    "battle_ids_of_voter",
    "battles_of_voter",
    "board",
    "boards",
    "contestants",
    "conversation",
    "open_battles",
    "pair_counts",
    "pair_votes",
]
