"""What an arena knows of models and deployments that the calculator weighs, read once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

import benchmarks.queries
import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ModelInfo
from benchmarks.sovereignty import Assessment
from leaderboards import queries, sources
from leaderboards.calculator.inputs import Wish
from leaderboards.cells import Cell, of_model
from leaderboards.cost.facts import CostFacts
from leaderboards.current_fit import current_fit
from leaderboards.ratings import Fit
from leaderboards.rows import Row


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """Costs and sovereignty by deployment, names and ratings by model."""

    facts: Mapping[str, CostFacts]
    models: Mapping[str, ModelInfo]
    ratings: Mapping[str, Cell]
    """Of each model that the votes of the board rate."""
    own_ratings: Mapping[str, Cell]
    """Of each row of the board, by its key: the model's, or that of one build of it."""
    preliminary: Collection[str]
    """Models that have a rating, of too few votes to be ranked by it."""
    fit: Fit | None
    """Where the ratings are from, with their covariance; None where there is no board."""
    assessments: Mapping[str, Assessment]

    @classmethod
    def read(cls, *, tenant: Tenant, wish: Wish, facts: Mapping[str, CostFacts]) -> Self:
        """Read what a question needs beside the costs, which its reading needed already."""
        board = wish.board
        rated = _rated_rows(tenant, board) if board else []
        return cls(
            facts=facts,
            models={model.slug: model for model in benchmarks.queries.models(tenant=tenant)},
            ratings={row["model"]["slug"]: of_model(row["cells"]["rating"]) for row in rated},
            own_ratings={row["key"]: row["cells"]["rating"] for row in rated},
            preliminary={row["model"]["slug"] for row in rated if row["section"] == "preliminary"},
            fit=_fit(tenant, board) if board else None,
            assessments=benchmarks.queries.sovereignty.assessments(
                tenant=tenant, profile=wish.sovereign.profile, on=sources.today()
            ),
        )

    def rating_of(self, info: DeploymentInfo) -> Cell | None:
        """Return the rating that a deployment stands with, also where it has no row of its own."""
        own = self.own_ratings.get(f"deployment:{info.slug}")
        return own or self.ratings.get(info.model_slug)

    @property
    def ranked(self) -> dict[str, Cell]:
        """Return the ratings of the models that the board ranks."""
        return {slug: cell for slug, cell in self.ratings.items() if slug not in self.preliminary}

    def name_of(self, model_slug: str) -> str:
        """Return the name of a model, its slug where nothing else is known."""
        model = self.models.get(model_slug)
        return model.name if model else model_slug


def _rated_rows(tenant: Tenant, board: str) -> list[Row]:
    found = queries.board_table(tenant=tenant, board=board).rows
    return [row for row in found if row["section"] in ("rated", "preliminary")]


def _fit(tenant: Tenant, board: str) -> Fit:
    info = voting.queries.board(tenant=tenant, slug=board)
    return current_fit(tenant=tenant, info=info).builds.fit
