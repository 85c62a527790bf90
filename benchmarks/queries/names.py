"""Read the queue of names that no model is registered by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.models import Deployment, LanguageModel, ModelName
from benchmarks.queries.catalogue import ModelInfo

_LEAST: Final = 0.5
_MOST: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class NameInfo:
    """One name; `status` is waiting, merged, registered or rejected."""

    slug: str
    name: str
    origin: str
    seen_at: datetime
    seen_position: int
    status: str
    into: str | None
    reason: str
    decided_by: str | None
    decided_at: datetime | None
    position: int
    deployments: tuple[str, ...]
    """Slugs of what was measured under it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Similar:
    """A model whose name is like the one in question."""

    model: ModelInfo
    likeness: float
    """Ratio of Ratcliff and Obershelp, 0 to 1, of the closest of its names."""


def names(*, tenant: Tenant) -> list[NameInfo]:
    """Return every name seen, waiting ones first, then the newest first.

    One that an administrator has registered since as a model counts as registered.
    """
    rows = ModelName.objects.filter(tenant=tenant).annotate(is_model=Exists(_model_of("slug")))
    places: dict[str, list[str]] = {}
    slugs = [row.slug for row in rows] + [row.into for row in rows if row.into]
    for slug, model_slug in (
        Deployment.objects.filter(tenant=tenant, model_slug__in=slugs)
        .order_by("slug")
        .values_list("slug", "model_slug")
    ):
        places.setdefault(model_slug, []).append(slug)
    found = [_info(row, places) for row in rows]
    return sorted(found, key=lambda info: (info.status != "waiting", -info.seen_position))


def known_slugs(*, tenant: Tenant) -> list[str]:
    """Return the slugs of the models, then those that were decided to mean one of them.

    What waits or was rejected is for moderators to see.
    """
    models = LanguageModel.objects.filter(tenant=tenant).order_by("slug")
    merged = ModelName.objects.filter(tenant=tenant, into__isnull=False).order_by("slug")
    return list(
        dict.fromkeys(
            [*models.values_list("slug", flat=True), *merged.values_list("slug", flat=True)]
        )
    )


def unresolved_names(*, tenant: Tenant) -> dict[str, str]:
    """Return the name by slug of those that mean no model: they wait, or were rejected."""
    rows = ModelName.objects.filter(tenant=tenant, into=None).exclude(Exists(_model_of("slug")))
    return dict(rows.values_list("slug", "name"))


def similar(name: str, models: Iterable[ModelInfo]) -> list[Similar]:
    """Return the models whose names are most like this one, the closest first, at most five."""
    found = [Similar(model=model, likeness=_likeness(name, model)) for model in models]
    near = [item for item in found if item.likeness >= _LEAST]
    return sorted(near, key=lambda item: (-item.likeness, item.model.slug))[:_MOST]


def _likeness(name: str, model: ModelInfo) -> float:
    wanted = _plain(name)
    return max(
        SequenceMatcher(None, wanted, _plain(other)).ratio()
        for other in (model.name, *model.aliases)
    )


def _plain(name: str) -> str:
    """Return a name for comparison: without the maker that routers write before a slash."""
    return naming.slugify(name.rpartition("/")[2] or name)


def _model_of(field: str) -> QuerySet[LanguageModel]:
    return LanguageModel.objects.filter(tenant=OuterRef("tenant"), slug=OuterRef(field))


def _info(row: ModelName, places: dict[str, list[str]]) -> NameInfo:
    is_model: bool = row.is_model  # type: ignore[attr-defined]  # annotated
    status = "registered" if is_model and row.into is None else row.status
    under = row.into or row.slug
    own = f"{row.slug}--"
    return NameInfo(
        slug=row.slug,
        name=row.name,
        origin=row.origin,
        seen_at=row.seen_at,
        seen_position=row.seen_position,
        status=status,
        into=row.into,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        position=row.position,
        deployments=tuple(
            slug for slug in places.get(under, ()) if slug == row.slug or slug.startswith(own)
        ),
    )
