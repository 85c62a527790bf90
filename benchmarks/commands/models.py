"""Register models under slugs that stay, and add facts to them."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Final, NamedTuple

from arena.eventstore import batches, store
from arena.eventstore.domain import ConcurrencyError, DomainError
from arena.eventstore.reader import fact_of
from arena.eventstore.store import NewEvent
from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.events import ModelNameDecided, ModelRegistered, model_stream, name_stream

_ATTEMPTS = 3
_NEW_STREAM = 0
MAX_ALIASES: Final = 50


class _Place(NamedTuple):
    """Where a name belongs: its slug, and what is registered there (version 0: nothing yet)."""

    slug: str
    registered: ModelRegistered | None
    version: int


def model_slugs(*, tenant: Tenant, names: Collection[str]) -> dict[str, str]:
    """Return the slug each name has, or would get if it were registered now; appends nothing."""
    return {name: place.slug for name, place in _meant(tenant, names).items()}


def register_models(*, tenant: Tenant, names: Collection[str], actor: str) -> dict[str, str]:
    """Register the models that are not there yet and return the slug of every name.

    A name that differs in case only, or is the slug of a registered model, means that model; one
    that moderators have merged into a model means that one. Two
    names of one slug are two models: the later one's slug ends in a hash of its name. Raises
    DomainError for a name that cannot be one.
    """
    for attempt in range(_ATTEMPTS):
        places = _meant(tenant, names)
        new: dict[str, NewEvent] = {}
        for name, place in places.items():
            if place.registered is None and place.slug not in new:
                new[place.slug] = _new(place.slug, name)
        try:
            store.append_many(tenant=tenant, events=new.values(), actor=actor)
        except ConcurrencyError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    return {name: place.slug for name, place in places.items()}


def register_model(
    *,
    tenant: Tenant,
    name: str,
    actor: str,
    developer: str | None = None,
    licence: str | None = None,
    weights_open: bool | None = None,
    family: str | None = None,
    aliases: Collection[str] | None = None,
) -> str:
    """Register a model, or add facts to one that is there; return its slug.

    None leaves a fact as it is; aliases replace those stated before. Nothing is appended when
    nothing is new. Raises DomainError for a name, family or alias that cannot be one,
    ConcurrencyError when somebody registers it at the same moment.
    """
    place = _meant(tenant, [name])[name]
    before = place.registered
    known = before or ModelRegistered(slug=place.slug, name=naming.check_name(name))
    fact = replace(
        known,
        developer=known.developer if developer is None else developer,
        licence=known.licence if licence is None else licence,
        weights_open=known.weights_open if weights_open is None else weights_open,
        family=known.family if family is None else _checked(family, what="family"),
        aliases=known.aliases if aliases is None else _aliases(aliases),
    )
    if fact != before:
        store.append(
            tenant=tenant,
            stream=model_stream(place.slug),
            events=[fact],
            expected_version=place.version,
            actor=actor,
        )
    return place.slug


def new_model(*, tenant: Tenant, name: str) -> tuple[str, list[NewEvent]]:
    """Return the slug of a name, and the event that would register it, if it is not there yet.

    For commands that register it along with what they are about; appends nothing. A name that was
    merged keeps its own slug here: what was measured under it is of one deployment for ever.
    """
    place = _places(tenant, [name])[name]
    return place.slug, [] if place.registered is not None else [_new(place.slug, name)]


def _new(slug: str, name: str) -> NewEvent:
    return NewEvent(
        stream=model_stream(slug),
        event=ModelRegistered(slug=slug, name=naming.check_name(name)),
        event_id=uuid.uuid4(),
        expected_version=_NEW_STREAM,
    )


def _places(tenant: Tenant, names: Collection[str]) -> dict[str, _Place]:
    """Find each name's slug from the log itself: read tables may lag behind."""
    wanted: dict[str, tuple[str, str]] = {}
    for name in names:
        try:
            wanted[name] = naming.candidates(naming.check_name(name))
        except ValueError as error:
            raise DomainError(f"model: {error}") from None
    streams = batches.read_streams(
        tenant=tenant, streams=[model_stream(slug) for pair in wanted.values() for slug in pair]
    )
    taken: dict[str, _Place] = {}
    owners: dict[str, str] = {}
    for slug in {slug for pair in wanted.values() for slug in pair}:
        if stored := streams.get(model_stream(slug)):
            fact = fact_of(stored[-1], ModelRegistered)
            taken[slug] = _Place(slug, fact, stored[-1].version)
            owners[slug] = fact.name
    places: dict[str, _Place] = {}
    for name, slugs in wanted.items():
        for slug in slugs:
            if naming.same_name(name.strip(), slug=slug, registered=owners.setdefault(slug, name)):
                places[name] = taken.get(slug) or _Place(slug, None, 0)
                break
        else:
            raise DomainError(f"model {name!r}: both of its slugs belong to other models")
    return places


def _meant(tenant: Tenant, names: Collection[str]) -> dict[str, _Place]:
    """Return the place of each name, of merged ones that of the model they mean."""
    places = _places(tenant, names)
    unknown = {place.slug for place in places.values() if place.registered is None}
    queue = batches.read_streams(tenant=tenant, streams=[name_stream(slug) for slug in unknown])
    into = {
        event.slug: event.into
        for stored in queue.values()
        if isinstance(event := stored[-1].event, ModelNameDecided) and event.into
    }
    models = batches.read_streams(
        tenant=tenant, streams=[model_stream(slug) for slug in into.values()]
    )
    for name, place in places.items():
        if (slug := into.get(place.slug)) and place.registered is None:
            stored = models[model_stream(slug)]
            fact = fact_of(stored[-1], ModelRegistered)
            places[name] = _Place(slug, fact, stored[-1].version)
    return places


def _aliases(names: Collection[str]) -> tuple[str, ...]:
    """Return the aliases in the order given, each once whatever its case."""
    clean: dict[str, str] = {}
    for name in names:
        alias = _checked(name, what="alias")
        clean.setdefault(alias.casefold(), alias)
    if len(clean) > MAX_ALIASES:
        raise DomainError(f"{len(clean)} aliases are stated, at most {MAX_ALIASES} are allowed")
    return tuple(clean.values())


def _checked(name: str, *, what: str) -> str:
    try:
        return naming.check_name(name)
    except ValueError as error:
        raise DomainError(f"{what}: {error}") from None
