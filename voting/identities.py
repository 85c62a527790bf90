"""By which names an answer would give its model away: what the registry knows of the model."""

import benchmarks.queries
from arena.tenancy.models import Tenant
from voting.text.leaks import Identity, leaked


def identity(*, tenant: Tenant, model_slug: str) -> Identity:
    """Return the names of a registered model; raise benchmarks.queries.UnknownModel."""
    model = benchmarks.queries.model(tenant=tenant, slug=model_slug)
    return Identity(
        name=model.name,
        slug=model.slug,
        developer=model.developer,
        family=model.family,
        aliases=model.aliases,
    )


def leaks(*, tenant: Tenant, model_slug: str, answer: str) -> bool:
    """Tell whether an answer names its model, the model's maker or its family."""
    return leaked(answer, identity=identity(tenant=tenant, model_slug=model_slug)) is not None
