"""What is not on a shortlist, counted by reason, for pages that cannot list thousands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from leaderboards.calculator.shortlist import Shortlist

SHOWN: Final = 50
"""Deployments listed of one reason; files have all."""


class Fallen(NamedTuple):
    """A deployment that fell out, with every reason."""

    name: str
    label: str
    model_slug: str
    deployment: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The deployments of one reason."""

    reason: str
    count: int
    shown: tuple[Fallen, ...]

    @property
    def hidden(self) -> int:
        """Return how many are counted and not listed."""
        return self.count - len(self.shown)


def groups(items: Iterable[Fallen]) -> tuple[Group, ...]:
    """Return what fell out by the first reason of each, the most frequent reason first.

    What follows a colon is a detail of one deployment: `level below S3: S1` and
    `level below S3: S0` are one reason. Counts add up to all.
    """
    found: dict[str, list[Fallen]] = {}
    for item in items:
        found.setdefault(item.reasons[0].partition(": ")[0], []).append(item)
    return tuple(
        Group(reason=reason, count=len(some), shown=tuple(some[:SHOWN]))
        for reason, some in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def of_shortlist(found: Shortlist) -> tuple[Group, ...]:
    """Return the candidates without a cost, and who is below a floor."""
    without_cost = (
        Fallen(item.name, item.label, item.model_slug, item.deployment, (item.missing,))
        for item in found.candidates
        if item.a_month is None and item.model_slug and item.deployment
    )
    below = (
        Fallen(item.name, item.label, item.model_slug, item.deployment,
               tuple(reason.words for reason in item.reasons))
        for item in found.left_out
    )  # fmt: skip
    return groups((*without_cost, *below))
