"""What may be done to boards, contestants, battles and votes."""

from voting.commands.answers import Answer
from voting.commands.ballots import Ballot, cast_vote, recategorise_vote
from voting.commands.battles import (
    continue_battle,
    record_answers,
    skip_battle,
    start_battle,
    void_battle,
    void_if_left_alone,
)
from voting.commands.boards import (
    enter_contestant,
    is_open,
    open_board,
    retire_contestant,
    reweight_contestant,
    set_rating_policy,
)
from voting.commands.erasure import erase_battle, erase_voter
from voting.commands.prompts import Prompt, Terms
from voting.commands.votes import NewVote, record_vote, record_votes

__all__ = [
    "Answer",
    "Ballot",
    "NewVote",
    "Prompt",
    "Terms",
    "cast_vote",
    "continue_battle",
    "enter_contestant",
    "erase_battle",
    "erase_voter",
    "is_open",
    "open_board",
    "recategorise_vote",
    "record_answers",
    "record_vote",
    "record_votes",
    "retire_contestant",
    "reweight_contestant",
    "set_rating_policy",
    "skip_battle",
    "start_battle",
    "void_battle",
    "void_if_left_alone",
]
