"""What the read tables of the catalogue said at a position, as plain values."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from arena.tenancy.models import Tenant
from benchmarks.models import Score, SeedClaim
from benchmarks.queries.badges import BadgeInfo, Badges, held
from benchmarks.queries.catalogue import (
    DeploymentInfo,
    ExternalValueInfo,
    ModelInfo,
    PowerInfo,
    PriceInfo,
)
from benchmarks.queries.hardware_prices import HardwarePriceInfo
from benchmarks.queries.model_facts import FactInfo as StatedFact
from benchmarks.queries.scores import ScoreInfo, scores_of
from benchmarks.queries.seeds import seed_values_of
from benchmarks.queries.sovereignty import FactInfo
from benchmarks.queries.speeds import MeasuredSpeed, is_counted, speeds_of
from benchmarks.state.run import RunInfo


@dataclass(kw_only=True, slots=True)
class PastCatalogue:
    """What the read tables said at a position; by slug where nothing else is said."""

    tenant: Tenant
    models: dict[str, ModelInfo] = field(default_factory=dict)
    weights: dict[str, dict[str, StatedFact]] = field(default_factory=dict)
    """What sources state about the weights of each model: the very facts of `models`."""
    places: dict[str, DeploymentInfo] = field(default_factory=dict)
    """Deployments, those of names that meant no model among them."""
    names: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """Names that no model was registered by, and the model that each was decided to mean."""
    stated: dict[tuple[str, str, str], ExternalValueInfo] = field(default_factory=dict)
    """By deployment, metric and source."""
    seeds: list[SeedClaim] = field(default_factory=list)
    """Rows that are not stored, in the order of the log."""
    score_rows: dict[UUID, Score] = field(default_factory=dict)
    """Rows that are not stored, in the order of the log."""
    price_lists: dict[tuple[str, date], PriceInfo] = field(default_factory=dict)
    declared: dict[tuple[str, str, date], PowerInfo] = field(default_factory=dict)
    """By deployment, scope and day."""
    bought: dict[tuple[str, date], HardwarePriceInfo] = field(default_factory=dict)
    facts_by_id: dict[UUID, FactInfo] = field(default_factory=dict)
    badges: dict[tuple[str, str, str], BadgeInfo] = field(default_factory=dict)
    """By kind, subject and badge; withdrawn ones too."""
    runs: dict[UUID, RunInfo] = field(default_factory=dict)
    headlines: dict[UUID, float | None] = field(default_factory=dict)
    """Tokens a second of each run at the headline point; None where it is void or without it."""

    @property
    def deployments(self) -> dict[str, DeploymentInfo]:
        """Return every deployment of a registered model."""
        return {slug: info for slug, info in self.places.items() if info.model_slug in self.models}

    @property
    def unresolved(self) -> dict[str, str]:
        """Return the names that meant no model."""
        return {
            slug: name
            for slug, (name, into) in self.names.items()
            if into is None and slug not in self.models
        }

    @property
    def counted_runs(self) -> dict[UUID, RunInfo]:
        """Return the runs whose figures boards could show."""
        return {run_id: info for run_id, info in self.runs.items() if is_counted(info)}

    @property
    def scores(self) -> list[ScoreInfo]:
        """Return every score with whether it stood."""
        return scores_of(list(self.score_rows.values()), places=self.deployments)

    @property
    def speeds(self) -> dict[str, MeasuredSpeed]:
        """Return the speed of each deployment that had one."""
        counted = self.counted_runs
        return speeds_of(
            (counted[run_id], value)
            for run_id, value in self.headlines.items()
            if value is not None and run_id in counted
        )

    @property
    def values(self) -> list[ExternalValueInfo]:
        """Return the newest values of each source, then those of the seed texts that hold up."""
        names = {slug: model.name for slug, model in self.models.items()}
        seeds = seed_values_of(
            self.seeds, places=self.places, names=names, unresolved=self.unresolved
        )
        # The order in which the table is read: of two of one day and place, the later counts.
        return [*(self.stated[key] for key in sorted(self.stated)), *seeds]

    def prices(self, *, on: date) -> dict[str, PriceInfo]:
        """Return the price of each deployment that had one on a day."""
        lists = sorted(self.price_lists.items(), key=lambda item: item[0])
        return {slug: price for (slug, day), price in lists if day <= on}

    @property
    def power(self) -> dict[str, PowerInfo]:
        """Return the newest statement of each deployment, the wall before GPUs."""
        declared = sorted(self.declared.items(), key=lambda item: item[0])
        return {slug: found for (slug, _, _), found in declared}

    @property
    def hardware_prices(self) -> dict[str, HardwarePriceInfo]:
        """Return the newest statement of each deployment."""
        bought = sorted(self.bought.items(), key=lambda item: item[0])
        return {slug: found for (slug, _), found in bought}

    @property
    def facts(self) -> list[FactInfo]:
        """Return every fact with its review, by the last event that changed it."""
        return sorted(self.facts_by_id.values(), key=lambda fact: fact.position)

    @property
    def held_badges(self) -> Badges:
        """Return the badges that were held."""
        return held(self.badges.values())
