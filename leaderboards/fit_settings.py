"""What a board decides about its fit: which votes count, how much, and which terms are added."""

from dataclasses import dataclass
from typing import Literal, get_args

Term = Literal["side", "same_maker", "style"]
DrawPolicy = Literal["half", "exclude"]
Interval = Literal["sandwich", "bootstrap"]

_CLOSED = {"ties": DrawPolicy, "both_bad": DrawPolicy, "interval": Interval}


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """Settings of one fit; the defaults are what the public arenas computed first.

    Raises ValueError, naming the field, for a value outside its range.
    """

    ties: DrawPolicy = "half"
    """Whether a tie is half a win for both sides, or no vote at all."""
    both_bad: DrawPolicy = "half"
    reweight_below: int | None = None
    """A vote weighs 1 / max(votes of its pair, this); None: every vote weighs 1."""
    terms: frozenset[Term] = frozenset()
    interval: Interval = "sandwich"
    bootstrap_samples: int = 100
    seed: int = 0
    """Of the bootstrap: the same counts, settings and seed give the same intervals."""

    def __post_init__(self) -> None:
        for name, choices in _CLOSED.items():
            if getattr(self, name) not in get_args(choices):
                wanted = " or ".join(get_args(choices))
                raise ValueError(f"{name} is {getattr(self, name)!r}, want {wanted}")
        unknown = self.terms - set(get_args(Term))
        if unknown:
            wanted = ", ".join(get_args(Term))
            raise ValueError(f"terms: {min(unknown)!r} is unknown, want some of {wanted}")
        if self.reweight_below is not None and self.reweight_below < 1:
            raise ValueError(f"reweight_below is {self.reweight_below}, want 1 or more, or None")
        if self.bootstrap_samples < 20:
            raise ValueError(f"bootstrap_samples is {self.bootstrap_samples}, want 20 or more")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}, want 0 or more")
