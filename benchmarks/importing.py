"""Turn checked rows of published values into events, batch by batch."""

from collections.abc import Sequence

from arena.eventstore.domain import Outcome
from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks.commands import (
    register_deployment,
    register_or_see,
    state_external_values,
)
from benchmarks.events import ExternalValueStated
from benchmarks.external_files import COLUMNS, FileClaim, check_columns, parse


class ExternalImport:
    """Handler of one file of published values: registers models and deployments as they appear.

    A row's identity is its deployment, metric, source and date, whatever file it stands in.
    """

    def __init__(self, *, tenant: Tenant, actor: str, dry_run: bool) -> None:
        self.columns = COLUMNS
        self._tenant = tenant
        self._actor = actor
        self._dry_run = dry_run
        self._checked: set[tuple[str | None, ...]] = set()
        self._deployments: dict[tuple[object, ...], str] = {}

    def parse(self, line: int, record: Record) -> FileClaim:
        """Check one row; raise BadRow, or UnusableFile when the columns are not the known ones."""
        names = tuple(record)
        if names not in self._checked:
            self._check(names)
        return parse(record)

    def _check(self, names: tuple[str | None, ...]) -> None:
        try:
            check_columns(names)
        except UnusableFile as error:
            if not self._checked:
                raise
            # Rows of JSON have their own columns each.
            raise BadRow(str(error)) from None
        self._checked.add(names)

    def store(self, parsed: Sequence[FileClaim]) -> list[Outcome]:
        """State a batch of values."""
        names = {claim.model for claim in parsed}
        slugs = register_or_see(
            tenant=self._tenant,
            names=names,
            origin="import",
            actor=self._actor,
            dry_run=self._dry_run,
        )
        return state_external_values(
            tenant=self._tenant,
            actor=self._actor,
            dry_run=self._dry_run,
            values=[
                ExternalValueStated(
                    deployment_slug=self._deployment(claim, slugs[claim.model]),
                    metric=claim.metric,
                    value=claim.value,
                    unit=claim.unit,
                    approximate=claim.approximate,
                    note=claim.note,
                    source_name=claim.source_name,
                    source_url=claim.source_url,
                    stated_on=claim.stated_on,
                )
                for claim in parsed
            ],
        )

    def _deployment(self, claim: FileClaim, model_slug: str) -> str:
        facts = (
            model_slug,
            claim.quantization,
            claim.engine,
            claim.hardware,
            claim.node_count,
            claim.operator,
        )
        if facts not in self._deployments:
            self._deployments[facts] = register_deployment(
                tenant=self._tenant,
                actor=self._actor,
                model_slug=model_slug,
                quantization=claim.quantization,
                engine=claim.engine,
                hardware=claim.hardware,
                node_count=claim.node_count,
                operator=claim.operator,
                dry_run=self._dry_run,
            )
        return self._deployments[facts]
