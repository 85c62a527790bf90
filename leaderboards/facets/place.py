"""What facets may ask of one row: its model, where it runs, its runs and its reviewed facts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, MeasuredSpeed, ModelInfo
from benchmarks.queries.sovereignty import Answer
from leaderboards import queries
from leaderboards.cells import Cell
from leaderboards.page_cache import PageCache, Sized
from leaderboards.rows import Row
from leaderboards.sources import today

CRITERIA = ("A1", "B1", "C1", "D1", "F1")
"""Of sovereignty: place, jurisdiction, retention, training, licence of the weights."""
_PREFIX = "deployment:"
_BYTES_A_PLACE: Final = 2_000
_known: Final[PageCache["Known"]] = PageCache(most_bytes=32_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One row with all that is on record about what stands in it; None where nobody said."""

    section: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    model: ModelInfo | None
    deployment: DeploymentInfo | None = None
    speed: MeasuredSpeed | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Accepted answers by criterion."""
    at: datetime | None = None
    """When the row is read; None for now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is on record in one arena, or was at a moment, read once a request."""

    models: Mapping[str, ModelInfo]
    deployments: Mapping[str, DeploymentInfo]
    speeds: Mapping[str, MeasuredSpeed]
    answers: Mapping[str, Mapping[str, Answer]]
    at: datetime | None = None
    """When that was so; None for now."""

    def place(self, row: Row) -> Place:
        """Return the row with what is known of it."""
        slug = row["key"].removeprefix(_PREFIX)
        return Place(
            section=row["section"],
            cells=row["cells"],
            model=self.models.get(row["model"]["slug"]),
            deployment=self.deployments.get(slug),
            speed=self.speeds.get(slug),
            answers=self.answers.get(slug, {}),
            at=self.at,
        )

    def places(self) -> Iterator[Place]:
        """Return every model and every deployment, on whichever board, without figures."""
        for model in self.models.values():
            yield Place(model=model)
        for slug, deployment in self.deployments.items():
            yield Place(
                model=self.models.get(deployment.model_slug),
                deployment=deployment,
                speed=self.speeds.get(slug),
                answers=self.answers.get(slug, {}),
            )


def of_board(*, tenant: Tenant, board: str) -> Known:
    """Return what facets of a board may ask for, kept until its log has moved on.

    Raises voting.queries.UnknownBoard.
    """
    version = queries.board_version(tenant=tenant, board=board)

    def make() -> Sized[Known]:
        known = read(tenant=tenant)
        return Sized(known, _BYTES_A_PLACE * (len(known.models) + len(known.deployments)))

    return _known.get((tenant.pk, board), (version, today()), make)


def read(*, tenant: Tenant) -> Known:
    """Read what facets may ask for: four queries, whatever the number of rows."""
    return Known(
        models={model.slug: model for model in benchmarks.queries.models(tenant=tenant)},
        deployments={item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)},
        speeds=benchmarks.queries.measured_speeds(tenant=tenant),
        answers=benchmarks.queries.sovereignty.answers(tenant=tenant, criteria=CRITERIA),
    )
