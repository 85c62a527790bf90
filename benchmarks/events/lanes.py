"""Lanes: one variant on one version of one bench, as an article describes it; and their scores."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from arena.eventstore.domain import DomainEvent
from benchmarks.lane_identity import Lane

LaneScoreKind = Literal["claim", "measured"]


def lane_stream(lane: Lane) -> str:
    """Return the stream of one variant on one version of one bench, whatever the article."""
    return f"lane-{lane.variant}::{lane.bench_version}"


@dataclass(frozen=True, kw_only=True)
class LaneRegistered(DomainEvent):
    """A lane became known. Its identity is `variant::bench-version::article`."""

    lane: str
    title: str
    """How its author calls it."""
    deployment_slug: str | None = None
    """What was served; None for a lane that is no deployment, such as a router's."""


@dataclass(frozen=True, kw_only=True)
class LaneScored(DomainEvent):
    """Somebody scored a lane: a claim of another, or a moderator's measurement of this arena."""

    lane: str
    kind: LaneScoreKind
    stated_rank: int | None = None
    """Where the source has it, in a table that may mix versions; None for what we measured."""
    quality: float | None = None
    quality_unit: str = ""
    tokens_per_second: float | None = None
    """Of one stream of answers."""
    runs: int
    source_name: str
    source_url: str | None = None
    stated_on: date
