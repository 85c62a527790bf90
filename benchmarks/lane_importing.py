"""Turn checked rows of lanes into events: the lane, its score as a claim, its badges."""

from collections.abc import Sequence

from arena.eventstore.domain import DomainError, Outcome
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks.commands import (
    award_badge,
    register_deployment,
    register_lane,
    register_or_see,
    score_lane,
)
from benchmarks.events import LaneScored
from benchmarks.lane_files import COLUMNS, FileLane, parse
from benchmarks.seed_files import SeedText


class LaneImport:
    """Handler of the lanes of one seed text; models and deployments are registered along."""

    def __init__(self, *, tenant: Tenant, actor: str, text: SeedText, dry_run: bool) -> None:
        self.columns = COLUMNS
        self._tenant = tenant
        self._actor = actor
        self._text = text
        self._dry_run = dry_run

    def parse(self, line: int, record: Record) -> FileLane:
        """Check one row; raise BadRow."""
        return parse(record)

    def store(self, parsed: Sequence[FileLane]) -> list[Outcome | str]:
        """State a batch of lanes; a text is why a row is refused."""
        names = {row.model for row in parsed if row.model is not None}
        slugs = register_or_see(
            tenant=self._tenant,
            names=names,
            origin="import",
            actor=self._actor,
            dry_run=self._dry_run,
        )
        return [self._one(row, slugs[row.model] if row.model else None) for row in parsed]

    def _one(self, row: FileLane, model_slug: str | None) -> Outcome | str:
        try:
            outcomes = [self._register(row, model_slug), self._score(row), *self._award(row)]
        except DomainError as error:
            return str(error)
        return Outcome.APPENDED if Outcome.APPENDED in outcomes else Outcome.PRESENT

    def _register(self, row: FileLane, model_slug: str | None) -> Outcome:
        return register_lane(
            tenant=self._tenant,
            lane=row.lane,
            title=row.title,
            deployment_slug=self._deployment(row, model_slug) if model_slug else None,
            actor=self._actor,
            dry_run=self._dry_run,
        )

    def _score(self, row: FileLane) -> Outcome:
        score = LaneScored(
            lane=row.lane,
            kind="claim",
            stated_rank=row.stated_rank,
            quality=row.quality,
            quality_unit=row.quality_unit,
            tokens_per_second=row.tokens_per_second,
            runs=row.runs,
            source_name=self._text.source_name,
            source_url=self._text.source_url,
            stated_on=row.stated_on,
        )
        return score_lane(
            tenant=self._tenant, score=score, actor=self._actor, dry_run=self._dry_run
        )

    def _award(self, row: FileLane) -> list[Outcome]:
        if self._dry_run:
            return []
        return [
            award_badge(
                tenant=self._tenant,
                kind="lane",
                subject=row.lane,
                badge=badge,
                reason="stated_by_source",
                stated_on=row.stated_on,
                by="import",
                actor=self._actor,
            )
            for badge in row.badges
        ]

    def _deployment(self, row: FileLane, model_slug: str) -> str:
        return register_deployment(
            tenant=self._tenant,
            actor=self._actor,
            model_slug=model_slug,
            quantization=row.quantization,
            engine=row.engine,
            hardware=row.hardware,
            node_count=row.node_count,
            operator=row.operator,
            dry_run=self._dry_run,
        )
