"""What may be read of boards, contestants and battles of one arena."""

from voting.counting import EVENTS as VOTE_EVENTS
from voting.counting import boards_counting
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
    RatingPolicy,
    StyledRow,
    UnknownBoard,
    board,
    boards,
    counts_as_of,
    pair_counts,
    policy_as_of,
    styled_counts,
)
from voting.queries.contestants import (
    ContestantInfo,
    active_contenders,
    contestants,
    models_in_battle,
    pair_votes,
)
from voting.queries.personal import (
    PersonalBoard,
    crowd_agreement,
    pair_agreement,
    personal_boards,
)

__all__ = [
    "VOTE_EVENTS",
    "AssignmentInfo",
    "BattleSummary",
    "BoardInfo",
    "ContestantInfo",
    "Conversation",
    "PairRow",
    "PairRows",
    "PersonalBoard",
    "RatingPolicy",
    "StyledRow",
    "TurnTexts",
    "UnknownBoard",
    "active_contenders",
    "assignment",
    "battle",
    "battle_ids_of_voter",
    "battles_of_voter",
    "board",
    "boards",
    "boards_counting",
    "contestants",
    "conversation",
    "counts_as_of",
    "crowd_agreement",
    "models_in_battle",
    "open_battles",
    "pair_agreement",
    "pair_counts",
    "pair_votes",
    "personal_boards",
    "policy_as_of",
    "styled_counts",
]
