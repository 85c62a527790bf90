"""What may be asked for from the pages, by whom, and how a wish is made of it."""

from dataclasses import dataclass
from typing import Final, get_args
from uuid import UUID

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from arena_runner.contract import profiles, resolve
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.recipe import Engine, Recipe, Served
from benchmarks import queries as catalogue
from benchmarks.commands import Wish
from benchmarks.events import Attribution
from benchmarks.queries.runs import RunInfo, Viewer
from workers import queries
from workers.ngram.catalogue import CATALOGUE
from workers.run_forms import ANY, PLATFORM
from workers.scheduling import PLATFORM_PROFILES
from workers.state.runners import RunnerInfo

_EMBEDDED: Final = frozenset(entry.name for entry in CATALOGUE)
_ENGINES: Final = frozenset(get_args(Engine))


class NotMeasurable(DomainError):
    """That cannot be asked for; the message says what can."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurable:
    """A deployment that answers in this arena."""

    slug: str
    title: str
    recipe: Recipe
    is_embedded: bool
    """Served by the arena itself, so that its own machine can reach it."""


def measurables(*, tenant: Tenant) -> list[Measurable]:
    """Return what answers here and could be measured, by name."""
    models = {info.slug: info for info in catalogue.models(tenant=tenant)}
    deployments = {info.slug: info for info in catalogue.deployments(tenant=tenant)}
    found = []
    for state in queries.endpoints(tenant=tenant):
        info = deployments.get(state.deployment_slug)
        model = models.get(state.model_slug)
        if state.retired_reason is not None or info is None or model is None:
            continue
        upstream = queries.access(
            tenant=tenant, deployment_slug=state.deployment_slug
        ).upstream_model
        recipe = Recipe(
            model=model.name,
            quantization=info.quantization,
            engine=info.engine if info.engine in _ENGINES else "other",
            nodes=info.node_count or 1,
            endpoint=Served(model=upstream),
        )
        found.append(
            Measurable(
                slug=state.deployment_slug,
                title=model.name,
                recipe=recipe,
                is_embedded=upstream in _EMBEDDED,
            )
        )
    return sorted(found, key=lambda item: item.title)


def platform_wish(measurable: Measurable, *, publish: Attribution | None) -> Wish:
    """Return the wish for a quick run on a machine of the arena itself; raise NotMeasurable."""
    if not measurable.is_embedded:
        raise NotMeasurable(
            "The arena's own machine reaches the embedded models only. Choose one of your machines,"
            " or any approved runner."
        )
    return Wish(
        manifest=resolve.resolve(measurable.recipe, profiles.load("quick")),
        required_tags=(PLATFORM,),
        publish=publish,
        deployment_slug=measurable.slug,
    )


def wish_of(
    *,
    recipe: Recipe,
    profile: str,
    where: str,
    tags: tuple[str, ...],
    deployment_slug: str | None,
) -> Wish:
    """Return the wish for a run on one's own machine, or on any approved runner.

    Raises ProblemsError for what the profile wants and the recipe does not state.
    """
    manifest = resolve.resolve(recipe, profiles.load(profile))
    return Wish(
        manifest=manifest,
        runner_id=None if where == ANY else UUID(where),
        required_tags=tags if where == ANY else (),
        deployment_slug=deployment_slug,
    )


def machines_for(*, tenant: Tenant, viewer: Viewer) -> list[tuple[str, str]]:
    """Return where a member may have something measured, as choices of a form."""
    own = [
        (str(info.runner_id), f"my machine {info.name}")
        for info in own_runners(tenant=tenant, viewer=viewer)
    ]
    return [
        (PLATFORM, f"the arena's own machine ({' and '.join(PLATFORM_PROFILES)} only)"),
        *own,
        (ANY, "any approved runner"),
    ]


def own_runners(*, tenant: Tenant, viewer: Viewer) -> list[RunnerInfo]:
    """Return the viewer's machines that may still work."""
    if viewer.actor is None:
        return []
    return [
        info
        for info in queries.runners(tenant=tenant, owner=viewer.actor)
        if info.status in ("registered", "approved")
    ]


def reproduction(manifest: Manifest, info: RunInfo, *, runner_id: UUID | None = None) -> Wish:
    """Return the wish to confirm a published run: the same manifest, on somebody else's machine."""
    return Wish(manifest=manifest, reproduces=info.run_id, runner_id=runner_id)
