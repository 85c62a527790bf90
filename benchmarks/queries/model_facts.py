"""Read what sources state about the weights of models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from arena.tenancy.models import Tenant
from benchmarks.models import ModelFact


@dataclass(frozen=True, kw_only=True, slots=True)
class FactInfo:
    """The newest statement of one fact about a model."""

    value: Any
    """A number, a name, or a list of words, as the fact asks."""
    source_name: str
    source_url: str | None
    stated_on: date
    position: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StatedFacts:
    """What is known of a model beyond its registration; None where nobody states it."""

    facts: Mapping[str, FactInfo] = field(default_factory=dict)
    """What sources state about the weights, by name of the fact."""

    @property
    def total_parameters(self) -> int | None:
        """Return how many weights it has."""
        return self._number("total_parameters")

    @property
    def active_parameters(self) -> int | None:
        """Return how many of them work on one token."""
        return self._number("active_parameters")

    @property
    def context_tokens(self) -> int | None:
        """Return the longest input and output together."""
        return self._number("context_tokens")

    @property
    def input_modalities(self) -> tuple[str, ...]:
        """Return what it takes as input; empty where nobody says."""
        found = self.facts.get("input_modalities")
        return () if found is None else tuple(found.value)

    @property
    def base_model(self) -> str | None:
        """Return the name of the model that it was trained further from."""
        found = self.facts.get("base_model")
        return None if found is None else str(found.value)

    def _number(self, fact: str) -> int | None:
        found = self.facts.get(fact)
        return None if found is None else int(found.value)


def facts_of_models(*, tenant: Tenant) -> dict[str, dict[str, FactInfo]]:
    """Return the newest statement of each fact, by model and name of the fact."""
    found: dict[str, dict[str, FactInfo]] = {}
    for row in ModelFact.objects.filter(tenant=tenant):
        found.setdefault(row.model_slug, {})[row.fact] = model_fact_info(row)
    return found


def model_fact_info(row: ModelFact) -> FactInfo:
    """Return the statement that one row holds."""
    return FactInfo(
        value=row.value,
        source_name=row.source_name,
        source_url=row.source_url,
        stated_on=row.stated_on,
        position=row.position,
    )
