"""State what sources say about the weights of a model."""

from typing import Final, get_args

from arena.eventstore import store
from arena.eventstore.domain import DomainError, Outcome
from arena.tenancy.models import Tenant
from benchmarks.commands.statements import named, past_day, web_address
from benchmarks.events import Modality, ModelFactsStated, facts_stream, model_stream

_MAX_PARAMETERS: Final = 100_000_000_000_000
_MAX_CONTEXT: Final = 1_000_000_000
_MODALITIES: Final = get_args(Modality)


def state_model_facts(
    *, tenant: Tenant, facts: ModelFactsStated, actor: str, dry_run: bool = False
) -> Outcome:
    """State facts about a registered model; the same statement is appended only once.

    Raises DomainError for an unknown model, for a statement without a fact, for figures that
    cannot be, and for more active parameters than there are. A dry run appends nothing,
    and says what would be.
    """
    clean = _checked(facts)
    if not store.read_stream(tenant=tenant, stream=model_stream(facts.slug)):
        raise DomainError(f"no model {facts.slug!r} is registered; register it first")
    stored = store.read_stream(tenant=tenant, stream=facts_stream(facts.slug))
    if any(item.event == clean for item in stored):
        return Outcome.PRESENT
    if not dry_run:
        store.append(
            tenant=tenant,
            stream=facts_stream(facts.slug),
            events=[clean],
            expected_version=len(stored),
            actor=actor,
        )
    return Outcome.APPENDED


def _checked(facts: ModelFactsStated) -> ModelFactsStated:
    total, active, context = facts.total_parameters, facts.active_parameters, facts.context_tokens
    _in_range("total_parameters", total, _MAX_PARAMETERS)
    _in_range("active_parameters", active, _MAX_PARAMETERS)
    _in_range("context_tokens", context, _MAX_CONTEXT)
    if total is not None and active is not None and active > total:
        raise DomainError(f"active_parameters is {active}, above total_parameters, {total}")
    if wrong := [word for word in facts.input_modalities if word not in _MODALITIES]:
        raise DomainError(
            f"input_modalities: {str(wrong[0])[:40]!r} is none of {', '.join(_MODALITIES)}"
        )
    base = None if facts.base_model is None else named(facts.base_model, what="base_model")
    modalities = tuple(sorted(set(facts.input_modalities)))
    if not any((total, active, context, modalities, base)):
        raise DomainError("the statement holds no fact; state at least one")
    return ModelFactsStated(
        slug=facts.slug,
        total_parameters=total,
        active_parameters=active,
        context_tokens=context,
        input_modalities=modalities,
        base_model=base,
        source_name=named(facts.source_name, what="source"),
        source_url=web_address(facts.source_url),
        stated_on=past_day(facts.stated_on),
    )


def _in_range(what: str, value: int | None, most: int) -> None:
    if value is not None and not 1 <= value <= most:
        raise DomainError(f"{what} is {value}, want 1 to {most}")
