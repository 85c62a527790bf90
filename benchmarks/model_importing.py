"""Turn checked rows of model facts into events of the models that they mean."""

from collections.abc import Sequence

from arena.eventstore.domain import DomainError, Outcome
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks.commands import model_slugs, state_model_facts
from benchmarks.events import ModelFactsStated
from benchmarks.model_files import COLUMNS, FileFacts, parse


class ModelFactsImport:
    """Handler of one file of model facts; a name that means no registered model is refused."""

    def __init__(self, *, tenant: Tenant, actor: str, dry_run: bool) -> None:
        self.columns = COLUMNS
        self._tenant = tenant
        self._actor = actor
        self._dry_run = dry_run

    def parse(self, line: int, record: Record) -> FileFacts:
        """Check one row; raise BadRow."""
        return parse(record)

    def store(self, parsed: Sequence[FileFacts]) -> list[Outcome | str]:
        """State a batch of facts; a text is why a row is refused."""
        return [self._one(row) for row in parsed]

    def _one(self, row: FileFacts) -> Outcome | str:
        try:
            slug = model_slugs(tenant=self._tenant, names=[row.model])[row.model]
            facts = ModelFactsStated(
                slug=slug,
                total_parameters=row.total_parameters,
                active_parameters=row.active_parameters,
                context_tokens=row.context_tokens,
                input_modalities=row.input_modalities,
                base_model=row.base_model,
                source_name=row.source_name,
                source_url=row.source_url,
                stated_on=row.stated_on,
            )
            return state_model_facts(
                tenant=self._tenant, facts=facts, actor=self._actor, dry_run=self._dry_run
            )
        except DomainError as error:
            return f"{row.model[:80]}: {error}"
