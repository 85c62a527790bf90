"""Names of models that nobody has registered: see them, and decide what they mean."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Final, get_args

from arena.eventstore import store
from arena.eventstore.domain import DomainError
from arena.eventstore.reader import fact_of
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.commands.models import MAX_ALIASES, model_slugs, new_model, register_models
from benchmarks.events import (
    Author,
    ModelNameDecided,
    ModelNameSeen,
    ModelRegistered,
    NameDecision,
    NameOrigin,
    NameReason,
    model_stream,
    name_stream,
)

_NEW_STREAM: Final = 0


class UnknownName(LookupError):
    """No such name was seen."""


def see_model(*, tenant: Tenant, name: str, origin: NameOrigin) -> tuple[str, list[NewEvent]]:
    """Return the slug of a name, and the event that puts it into the queue if it is not known.

    For commands that append it along with what is called so; appends nothing.
    """
    slug, registration = new_model(tenant=tenant, name=name)
    if not registration or store.read_stream(tenant=tenant, stream=name_stream(slug)):
        return slug, []
    seen = ModelNameSeen(slug=slug, name=naming.check_name(name), origin=origin)
    return slug, [_new(name_stream(slug), seen, _NEW_STREAM)]


def register_or_see(
    *, tenant: Tenant, names: Collection[str], origin: NameOrigin, actor: str, dry_run: bool
) -> dict[str, str]:
    """Register the models of a file and return the slug of every name; `dry_run` appends nothing.

    A name that is an address (`discovered:8091`) is no model's: it waits in the queue of names.
    Raises DomainError for a name that cannot be one, ConcurrencyError.
    """
    if dry_run:
        return model_slugs(tenant=tenant, names=names)
    addresses = [name for name in names if naming.is_address(name)]
    slugs = register_models(
        tenant=tenant, names=[name for name in names if name not in addresses], actor=actor
    )
    for name in addresses:
        slugs[name], seen = see_model(tenant=tenant, name=name, origin=origin)
        store.append_many(tenant=tenant, events=seen, actor=actor)
    return slugs


def decide_name(
    *,
    tenant: Tenant,
    slug: str,
    decision: NameDecision,
    reason: NameReason,
    decided_by: Author,
    actor: str,
    into: str | None = None,
) -> None:
    """Say what a name means; the same again changes nothing.

    `merged` puts everything under the name to the model `into`, whose aliases then hold it;
    `registered` makes it a model of its own; `rejected` keeps it off every board, until it is
    decided otherwise. Raises UnknownName; DomainError for a model that is not registered, and
    when the name was merged or registered otherwise before; ConcurrencyError.
    """
    stored = store.read_stream(tenant=tenant, stream=name_stream(slug))
    if not stored:
        raise UnknownName(f"no name with the slug {slug!r} was seen")
    seen = fact_of(stored[0], ModelNameSeen)
    event = ModelNameDecided(
        slug=slug, decision=decision, into=into, reason=reason, decided_by=decided_by
    )
    _check(event)
    last = stored[-1].event
    if isinstance(last, ModelNameDecided):
        if (last.decision, last.into) == (decision, into):
            return
        if last.decision != "rejected":
            raise DomainError(f"{seen.name!r} was {last.decision} before; that is final.")
    decided = _new(name_stream(slug), event, stored[-1].version)
    along = _along(tenant, seen, event)
    store.append_many(tenant=tenant, events=[decided, *along], actor=actor)


def _check(event: ModelNameDecided) -> None:
    if event.decision not in get_args(NameDecision) or event.reason not in get_args(NameReason):
        raise DomainError(
            f"decision: one of {', '.join(get_args(NameDecision))};"
            f" reason: one of {', '.join(get_args(NameReason))}"
        )
    if (event.decision == "merged") == (event.into is None):
        raise DomainError("a merged name, and no other, names the model that it means")


def _along(tenant: Tenant, seen: ModelNameSeen, event: ModelNameDecided) -> list[NewEvent]:
    """Return what the decision does to models."""
    if event.decision == "registered":
        return new_model(tenant=tenant, name=seen.name)[1]
    if event.into is None:
        return []
    stored = store.read_stream(tenant=tenant, stream=model_stream(event.into))
    if not stored:
        raise DomainError(f"no model {event.into!r} is registered")
    model = fact_of(stored[-1], ModelRegistered)
    known = {name.casefold() for name in (model.name, *model.aliases)}
    if seen.name.casefold() in known or len(model.aliases) >= MAX_ALIASES:
        return []
    with_alias = replace(model, aliases=(*model.aliases, seen.name))
    return [_new(model_stream(event.into), with_alias, stored[-1].version)]


def _new(
    stream: str, event: ModelNameSeen | ModelNameDecided | ModelRegistered, version: int
) -> NewEvent:
    return NewEvent(stream=stream, event=event, event_id=uuid.uuid4(), expected_version=version)
