"""What the pages show of an endpoint, gathered from the facts about its model and deployment."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from arena.tenancy.models import Tenant
from benchmarks import queries as benchmarks
from benchmarks.queries import DeploymentInfo, ModelInfo, PowerInfo, PriceInfo
from workers import queries
from workers.queries import AccessInfo
from workers.state import EndpointState

_MICROS = Decimal(1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of the list; None where a fact is not known, or not folded yet."""

    state: EndpointState
    model: ModelInfo | None
    deployment: DeploymentInfo | None
    price: PriceInfo | None
    power: PowerInfo | None

    @property
    def input_usd(self) -> Decimal | None:
        """Return the price of a million tokens of the prompt, in US dollars."""
        return None if self.price is None else _usd(self.price.input_usd_micros_per_million_tokens)

    @property
    def output_usd(self) -> Decimal | None:
        """Return the price of a million tokens of the answer, in US dollars."""
        return None if self.price is None else _usd(self.price.output_usd_micros_per_million_tokens)


def rows(tenant: Tenant) -> list[Row]:
    """Return every endpoint of the arena, those that are asked first."""
    models = {model.slug: model for model in benchmarks.models(tenant=tenant)}
    deployments = {item.slug: item for item in benchmarks.deployments(tenant=tenant)}
    prices, power = benchmarks.prices(tenant=tenant), benchmarks.power(tenant=tenant)
    found = [
        Row(
            state=state,
            model=models.get(state.model_slug),
            deployment=deployments.get(state.deployment_slug),
            price=prices.get(state.deployment_slug),
            power=power.get(state.deployment_slug),
        )
        for state in queries.endpoints(tenant=tenant)
    ]
    return sorted(found, key=lambda row: row.state.retired_reason is not None)


def initial_of(state: EndpointState, access: AccessInfo, *, tenant: Tenant) -> dict[str, Any]:
    """Return what the form to change an endpoint starts with; never the key."""
    initial: dict[str, Any] = {
        "base_url": access.base_url,
        "upstream_model": access.upstream_model,
        "accepts_images": state.accepts_images,
        "context_tokens": state.context_tokens,
        "max_output_tokens": state.max_output_tokens,
        "max_concurrent": state.max_concurrent,
    }
    model = next((m for m in benchmarks.models(tenant=tenant) if m.slug == state.model_slug), None)
    if model is not None:
        initial |= {
            "developer": model.developer,
            "licence": model.licence,
            "weights": {True: "open", False: "closed", None: ""}[model.weights_open],
            "family": model.family,
            "aliases": "\n".join(model.aliases),
        }
    if price := benchmarks.prices(tenant=tenant).get(state.deployment_slug):
        initial |= {
            "input_usd": _usd(price.input_usd_micros_per_million_tokens),
            "output_usd": _usd(price.output_usd_micros_per_million_tokens),
            "price_source": price.source_name,
            "price_source_url": price.source_url,
            "price_effective_on": price.effective_on,
        }
    if power := benchmarks.power(tenant=tenant).get(state.deployment_slug):
        initial |= {
            "watts": power.watts,
            "power_scope": power.scope,
            "power_source": power.source_name,
            "power_stated_on": power.stated_on,
        }
    return initial


def _usd(micros: int) -> Decimal:
    """Return dollars without superfluous zeros, and without an exponent."""
    return Decimal(f"{micros / _MICROS:f}")
