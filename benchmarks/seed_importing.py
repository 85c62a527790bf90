"""Turn checked rows of a seed text into events, batch by batch."""

from collections.abc import Sequence

from arena.eventstore.domain import Outcome
from arena.imports.errors import UnusableFile
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks.commands import (
    register_deployment,
    register_or_see,
    state_seed_claims,
)
from benchmarks.events import SeedClaimStated
from benchmarks.seed_files import COLUMNS, FileSeedClaim, SeedText, parse


class SeedImport:
    """Handler of one seed file: registers models and deployments as they appear."""

    def __init__(self, *, tenant: Tenant, actor: str, text: SeedText, dry_run: bool) -> None:
        self.columns = COLUMNS
        self._tenant = tenant
        self._actor = actor
        self._text = text
        self._dry_run = dry_run
        self._deployments: dict[tuple[object, ...], str] = {}

    def parse(self, line: int, record: Record) -> FileSeedClaim:
        """Check one row; raise BadRow, or UnusableFile when the columns are not the known ones."""
        if record.keys() != COLUMNS:
            odd = sorted(map(str, record.keys() ^ COLUMNS))
            raise UnusableFile(
                f"{self._text.file}: columns missing or not known: {', '.join(odd)};"
                f" want {', '.join(sorted(COLUMNS))}"
            )
        return parse(record)

    def store(self, parsed: Sequence[FileSeedClaim]) -> list[Outcome]:
        """State a batch of claims."""
        names = {row.model for row in parsed if row.model is not None}
        slugs = register_or_see(
            tenant=self._tenant,
            names=names,
            origin="import",
            actor=self._actor,
            dry_run=self._dry_run,
        )
        return state_seed_claims(
            tenant=self._tenant,
            actor=self._actor,
            dry_run=self._dry_run,
            claims=[
                SeedClaimStated(
                    seed=self._text.seed,
                    section=row.section,
                    deployment_slug=self._deployment(row, slugs[row.model]) if row.model else None,
                    subject=row.subject,
                    metric=row.metric,
                    value=row.value,
                    unit=row.unit,
                    out_of=row.out_of,
                    setting=row.setting,
                    approximate=row.approximate,
                    note=row.note,
                    source_name=self._text.source_name,
                    source_url=self._text.source_url,
                    stated_on=row.stated_on,
                )
                for row in parsed
            ],
        )

    def _deployment(self, row: FileSeedClaim, model_slug: str) -> str:
        facts = (
            model_slug, row.quantization, row.engine, row.hardware, row.node_count, row.operator
        )  # fmt: skip
        if facts not in self._deployments:
            self._deployments[facts] = register_deployment(
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
        return self._deployments[facts]
