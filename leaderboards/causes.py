"""Why a board moved between two positions: the events between, counted by what they bear on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import benchmarks.queries.runs
import voting.queries
from arena.eventstore.queries import events_after
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks.queries.runs import RunInfo
from voting.counting import Counts
from voting.queries import opened

SPAN_MAX: Final = 200_000
"""Positions between two moments that are looked through."""
NEWEST: Final = 3
"""Positions of a cause that are named."""
_BATCH: Final = 2_000
_VOTES: Final = frozenset(event.__name__ for event in voting.queries.VOTE_EVENTS)
_OF_RUNS: Final[Mapping[str, str]] = {
    "RunPublished": "run published",
    "RunRetracted": "run retracted",
    "RunInvalidated": "run invalidated",
    "RunReleased": "run released from quarantine",
}
_PRIVATE: Final = frozenset({"run invalidated", "run released from quarantine"})
"""Causes whose events the public log does not show; that they happened, the run's page does."""
_OF_DEPLOYMENTS: Final[Mapping[str, str]] = {
    "DeploymentPriced": "price list",
    "HardwarePriced": "price of hardware",
    "DeploymentPowerDeclared": "power declared",
    "ExternalValueStated": "claim stated",
    "SeedClaimStated": "claim of a seed text",
    "SovereigntyFactReviewed": "fact reviewed",
}
_OF_EITHER: Final[Mapping[str, str]] = {
    "ScoreStated": "score on a suite stated",
    "ScoreRetracted": "score on a suite taken back",
}
"""About a deployment, or about a model wherever it runs."""
_OF_THEIR_MODELS: Final[Mapping[str, str]] = {
    "DeploymentRegistered": "deployment registered",
    "ContestantEntered": "deployment entered the battles of a board",
}
"""About a deployment, and they move the rows of the others of its model, too: a row of the model
alone goes when it has a deployment, and a mark of a shared rating names who earned it."""
_OF_BOARDS: Final[Mapping[str, str]] = {"RatingPolicySet": "rules of the ratings set"}
_OF_MODELS: Final[Mapping[str, str]] = {"ModelRegistered": "model registered or renamed"}
_OF_SUBJECTS: Final = {
    **_OF_RUNS,
    **_OF_DEPLOYMENTS,
    **_OF_EITHER,
    **_OF_THEIR_MODELS,
    **_OF_MODELS,
}
TYPES: Final = frozenset({*_VOTES, *_OF_SUBJECTS, *_OF_BOARDS})


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Events of one kind between two positions; the newest of them by position where public."""

    name: str
    count: int
    positions: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Causes:
    """What happened: to each model, to each deployment, and to the whole board; by slug."""

    of_model: Mapping[str, tuple[Cause, ...]]
    of_deployment: Mapping[str, tuple[Cause, ...]]
    of_board: tuple[Cause, ...]

    def of_row(self, key: str, model: str) -> tuple[Cause, ...]:
        """Return what happened to the model of a row and to its deployment."""
        kind, _, slug = key.partition(":")
        own = self.of_deployment.get(slug, ()) if kind == "deployment" else ()
        return (*self.of_model.get(model, ()), *own)


class TooFarApart(ValueError):
    """The two positions are farther apart than is looked through; the message says how far."""


_Named = dict[str, list[int]]


@dataclass(slots=True)
class _Found:
    """Positions by name of the cause."""

    board: str
    models: dict[str, _Named]
    places: dict[str, _Named]
    whole: _Named

    def add(self, stored: StoredEvent, runs: Mapping[UUID, RunInfo]) -> None:
        kind, data = stored.type, stored.data
        if kind in _VOTES:
            for model, name in _voted(self.board, stored):
                self.models[model][name].append(stored.position)
        elif kind in _OF_BOARDS:
            if data["board"] == opened(self.board):
                self.whole[_OF_BOARDS[kind]].append(stored.position)
        elif (named := self._named(stored, runs)) is not None:
            named[_OF_SUBJECTS[kind]].append(stored.position)

    def _named(self, stored: StoredEvent, runs: Mapping[UUID, RunInfo]) -> _Named | None:
        """Return what is known of the deployment or model that an event is about."""
        kind, data = stored.type, stored.data
        if kind in _OF_RUNS:
            # One that was never shown to anybody moved no board, whatever became of it.
            run = runs.get(UUID(data["run_id"]))
            return self.places[run.deployment_slug] if run else None
        if kind in _OF_MODELS:
            return self.models[data["slug"]]
        place = None if kind in _OF_THEIR_MODELS else data.get("deployment_slug")
        if place is not None:
            return self.places[place]
        model = data.get("model_slug")
        return None if model is None else self.models[model]


def refuse_too_far(after: int, until: int) -> None:
    """Raise TooFarApart where more events stand between two positions than are looked through."""
    if until - after > SPAN_MAX:
        raise TooFarApart(
            f"positions {after} and {until} are {until - after:,} events apart; up to "
            f"{SPAN_MAX:,} are looked through. Choose moments that are nearer to each other."
        )


def causes(*, tenant: Tenant, board: str, after: int, until: int) -> Causes:
    """Count the events after one position and up to another. Raises TooFarApart.

    Takes up to 15 µs an event, 3 s for the longest span: where strangers ask, one at a time.
    """
    refuse_too_far(after, until)
    found = _Found(
        board=board,
        models=defaultdict(lambda: defaultdict(list)),
        places=defaultdict(lambda: defaultdict(list)),
        whole=defaultdict(list),
    )
    while batch := events_after(
        tenant=tenant, position=after, until=until, limit=_BATCH, types=TYPES
    ):
        run_ids = {UUID(stored.data["run_id"]) for stored in batch if stored.type in _OF_RUNS}
        runs = benchmarks.queries.runs.runs_by_id(tenant=tenant, run_ids=run_ids)
        for stored in batch:
            found.add(stored, runs)
        after = batch[-1].position
    return Causes(
        of_model={slug: _causes(named) for slug, named in found.models.items()},
        of_deployment={slug: _causes(named) for slug, named in found.places.items()},
        of_board=_causes(found.whole),
    )


def _voted(board: str, stored: StoredEvent) -> Iterator[tuple[str, str]]:
    """Yield each model of a vote and what became of it on the board; ask the fold itself."""
    counts = Counts()
    counts.add([stored])
    for pair, votes in counts.pairs.items():
        if pair.board == board and any(votes):
            name = "vote filed off this board" if sum(votes) < 0 else "vote"
            if name == "vote" and stored.type == "VoteRecategorised":
                name = "vote filed onto this board"
            yield pair.model_a, name
            yield pair.model_b, name


def _causes(named: Mapping[str, Sequence[int]]) -> tuple[Cause, ...]:
    return tuple(
        Cause(
            name=name,
            count=len(positions),
            positions=() if name in _PRIVATE else tuple(positions[-NEWEST:]),
        )
        for name, positions in sorted(named.items(), key=lambda item: (-len(item[1]), item[0]))
    )
