"""What the voters of a load test shall do, and what they say of it; JSON between processes."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Self

BOARD = "ngram"
OUTPUT_TOKENS = 60
"""Of an answer, at most: the site is on trial, not the pace of the models."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One run. Every voter has a key of its own, so the limits of the site stay as they are.

    A voter starts a battle, follows it, thinks for a time drawn evenly from `think_s`, votes, and
    starts over; for `seconds` battles are started, and those that run then are voted on too.
    """

    ports: list[int]
    keys: list[str]
    seconds: float
    think_s: tuple[float, float]
    seed: int = 1

    def to_json(self) -> str:
        """Return the plan as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` has written."""
        return cls(**json.loads(text))


@dataclass(frozen=True, kw_only=True)
class VoteSeen:
    """A vote that was answered with 2xx. Times are CLOCK_MONOTONIC."""

    battle_id: str
    position: int
    answered_at_s: float
    latency_ms: float
    """From the first attempt to the answer, so a retry after a crash counts in full."""
    attempts: int


@dataclass(kw_only=True)
class Report:
    """What the voters have seen."""

    votes: list[VoteSeen] = field(default_factory=list)
    vote_events: list[int] = field(default_factory=list)
    """Positions of all VoteCast events that the site publishes at the end."""
    board: list[tuple[float, int]] = field(default_factory=list)
    """When which position of the board was seen first."""
    starts_ms: list[float] = field(default_factory=list)
    answers_ms: list[float] = field(default_factory=list)
    """From the battle started to both answers complete."""
    statuses: dict[str, int] = field(default_factory=dict)
    voids: dict[str, int] = field(default_factory=dict)
    broken_connections: int = 0
    client_cpu_s: float = 0.0

    def to_json(self) -> str:
        """Return the report as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` has written."""
        fields = json.loads(text)
        fields["votes"] = [VoteSeen(**vote) for vote in fields["votes"]]
        fields["board"] = [tuple(sample) for sample in fields["board"]]
        return cls(**fields)

    @property
    def lags_s(self) -> list[float]:
        """Seconds from each vote's answer until the board stood at its event or later.

        Raises ValueError for a vote that the board never reached.
        """
        lags = []
        samples = iter(sorted(self.board))
        seen_at_s, position = next(samples, (0.0, -1))
        for vote in sorted(self.votes, key=lambda vote: vote.position):
            while position < vote.position:
                try:
                    seen_at_s, position = next(samples)
                except StopIteration:
                    raise ValueError(f"the board never reached {vote.position}") from None
            lags.append(max(0.0, seen_at_s - vote.answered_at_s))
        return lags


def quantile(values: list[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
