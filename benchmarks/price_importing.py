"""Turn checked rows of price lists into events of the deployments that they mean."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

import benchmarks.queries
from arena.eventstore.domain import DomainError, Outcome
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.commands import price_deployment, price_hardware, register_deployment
from benchmarks.price_files import COLUMNS, FilePrice, Given, parse
from benchmarks.queries import DeploymentInfo, ModelInfo

_SELF_HOSTED: Final = "self-hosted"
Said = Outcome | str


class PriceImport:
    """Handler of one price list.

    A row's name is a deployment's slug, or a model's name, alias or slug; then its deployment is
    the one that the row's operator runs. `mapped` says for other names which deployment they
    mean. With `registers`, a known model that the operator is not known to run gets a deployment
    there. A name that means nothing registered is refused, and so listed.
    """

    def __init__(
        self,
        *,
        tenant: Tenant,
        actor: str,
        given: Given,
        mapped: Mapping[str, str],
        registers: bool,
        dry_run: bool,
    ) -> None:
        self.columns = COLUMNS
        self._tenant = tenant
        self._actor = actor
        self._given = given
        self._mapped = mapped
        self._registers = registers
        self._dry_run = dry_run
        self._deployments = {
            item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)
        }
        self._models = _by_name(benchmarks.queries.models(tenant=tenant))
        self._new: set[str] = set()
        self._seen: dict[tuple[str, date, str], tuple[int | None, ...]] = {}

    def parse(self, line: int, record: Record) -> FilePrice:
        """Check one row; raise BadRow."""
        return parse(record, self._given)

    def store(self, parsed: Sequence[FilePrice]) -> list[Said]:
        """State a batch of prices; a text is why one is refused."""
        return [self._one(price) for price in parsed]

    def _one(self, price: FilePrice) -> Said:
        try:
            slug = self._slug(price)
            if not self._is_first_or_same(slug, price):
                # Else the two would take turns, and each import append both again.
                return f"{price.name[:80]}: a row before has another price of {slug} for that day"
            return _together(list(self._state(slug, price)))
        except DomainError as error:
            return str(error)

    def _is_first_or_same(self, slug: str, price: FilePrice) -> bool:
        stated = {"tokens": price.tokens, "hardware": price.hardware}
        return all(
            self._seen.setdefault((slug, price.effective_on, kind), values) == values
            for kind, values in stated.items()
            if values is not None
        )

    def _state(self, slug: str, price: FilePrice) -> Iterator[Outcome]:
        if slug in self._new and self._dry_run:
            yield Outcome.APPENDED
            return
        if price.tokens is not None:
            yield price_deployment(
                tenant=self._tenant,
                deployment_slug=slug,
                input_usd_micros_per_million_tokens=price.tokens.input,
                output_usd_micros_per_million_tokens=price.tokens.output,
                cached_input_usd_micros_per_million_tokens=price.tokens.cached_input,
                reasoning_usd_micros_per_million_tokens=price.tokens.reasoning,
                source_name=price.source_name,
                source_url=price.source_url,
                effective_on=price.effective_on,
                actor=self._actor,
                dry_run=self._dry_run,
            )
        if price.hardware is not None:
            yield price_hardware(
                tenant=self._tenant,
                deployment_slug=slug,
                usd_micros=price.hardware.usd_micros,
                months=price.hardware.months,
                source_name=price.source_name,
                source_url=price.source_url,
                stated_on=price.effective_on,
                actor=self._actor,
                dry_run=self._dry_run,
            )

    def _slug(self, price: FilePrice) -> str:
        """Return the deployment that a row means; raise DomainError saying how to mend it."""
        slug = self._mapped.get(price.name, price.name)
        if slug in self._deployments:
            return slug
        if slug != price.name:
            raise DomainError(f"{price.name[:80]} is mapped to {slug[:80]}, which is no deployment")
        model = self._models.get(_plain(price.name))
        if model is None:
            raise DomainError(f"{price.name[:80]}: no registered deployment or model has that name")
        return self._of_operator(model, price)

    def _of_operator(self, model: ModelInfo, price: FilePrice) -> str:
        operator = naming.slugify(price.operator) if price.operator else ""
        hosted = [
            item
            for item in self._deployments.values()
            if item.model_slug == model.slug and _is_hosted(item)
        ]
        found = [item.slug for item in hosted if naming.slugify(item.operator or "") == operator]
        if len(found) == 1:
            return found[0]
        if not found and self._registers and operator and operator != _SELF_HOSTED:
            return self._register(model, price.operator)
        known = ", ".join(item.slug for item in hosted) or "none"
        raise DomainError(
            f"{price.name[:80]}: {len(found)} deployments of {model.slug} are run by"
            f" {operator or 'the operator, who is not named'}; hosted ones: {known}."
            " Map the name to one of them with --map NAME=DEPLOYMENT"
        )

    def _register(self, model: ModelInfo, operator: str | None) -> str:
        slug = register_deployment(
            tenant=self._tenant,
            model_slug=model.slug,
            operator=operator,
            actor=self._actor,
            dry_run=self._dry_run,
        )
        self._new.add(slug)
        return slug


def _by_name(models: Sequence[ModelInfo]) -> dict[str, ModelInfo]:
    """Return models by every name they go by; a name that two go by means neither."""
    found: dict[str, ModelInfo | None] = {}
    for model in models:
        for name in {_plain(text) for text in (model.slug, model.name, *model.aliases)}:
            found[name] = None if name in found else model
    return {name: model for name, model in found.items() if model is not None}


def _plain(name: str) -> str:
    """Return a name for comparison: `openai/gpt-4o`, as routers write it, is `gpt-4o`."""
    return naming.slugify(name.rpartition("/")[2] or name)


def _is_hosted(item: DeploymentInfo) -> bool:
    return item.operator is not None and naming.slugify(item.operator) != _SELF_HOSTED


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome.APPENDED if Outcome.APPENDED in outcomes else Outcome.PRESENT
