"""What may be done to boards, contestants, battles and votes."""

from voting.commands.boards import (
    enter_contestant,
    is_open,
    open_board,
    retire_contestant,
    reweight_contestant,
    set_rating_policy,
)
from voting.commands.votes import NewVote, record_vote, record_votes

__all__ = [
    "NewVote",
    "enter_contestant",
    "is_open",
    "open_board",
    "record_vote",
    "record_votes",
    "retire_contestant",
    "reweight_contestant",
    "set_rating_policy",
]
