"""Where the figures of a machine are from: measured before declared, declared before rated."""

from collections.abc import Callable
from datetime import date

import pytest

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.commands import declare_power, register_deployment
from benchmarks.models import RunPoint
from leaderboards.cost import facts
from leaderboards.cost.facts import CostFacts
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


def known(tenant: Tenant) -> dict[str, CostFacts]:
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    return facts.read(tenant=tenant, speeds=speeds)


def declare(tenant: Tenant, slug: str, watts: int) -> None:
    declare_power(
        tenant=tenant, deployment_slug=slug, watts=watts, scope="gpu", source_name="A meter",
        stated_on=date(2026, 5, 1), actor="test",
    )  # fmt: skip


def measure_power(tenant: Tenant, joules_a_token: float, scope: str) -> None:
    """Put energy into the newest point, as a machine with a counter would have reported it."""
    point = RunPoint.objects.filter(tenant=tenant).order_by("position").last()
    assert point is not None
    point.measurements["joules_per_output_token"] = {"value": joules_a_token}
    point.measurements["system_tokens_per_second"] = {"value": 40.0}
    point.power_scope = scope
    point.save()


def test_power_is_measured_else_declared(tenant: Tenant, advance_all: AdvanceAll) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    advance_all(tenant)
    [slug] = known(tenant)
    assert known(tenant)[slug].watts is None
    declare(tenant, slug, 300)
    advance_all(tenant)
    declared = known(tenant)[slug].watts
    assert declared is not None
    assert (declared.value, declared.origin) == (300, "gpu, declared by A meter")
    assert declared.position
    measure_power(tenant, 2.5, "wall")
    measured = known(tenant)[slug].watts
    assert measured is not None
    assert (measured.value, measured.origin) == (100, "wall, median of 1 run")
    assert measured.runs == 1


def test_watts_of_a_card_and_at_the_wall_have_no_median(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    scenes.open_text_board(tenant)
    for scope in ("wall", "gpu"):
        published(tenant, tokens_per_second=50)
        advance_all(tenant)
        measure_power(tenant, 2.5, scope)
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    [found] = benchmarks.queries.headlines(tenant=tenant, speeds=speeds).values()
    assert (found.watts, found.power_scope) == (None, None)
    assert found.prefill_tokens_per_second == pytest.approx(80, abs=0.1)


def test_a_machine_of_the_catalogue_is_rated_for_all_its_nodes(
    tenant: Tenant, advance_all: AdvanceAll
) -> None:
    [model] = scenes.models(tenant, "Parrot")
    rated, unknown = (
        register_deployment(
            tenant=tenant, model_slug=model, hardware=hardware, node_count=2, actor="test"
        )
        for hardware in ("GB10", "A box")
    )
    advance_all(tenant)
    found = known(tenant)
    watts = found[rated].watts
    assert watts is not None
    assert watts.value == 280
    assert watts.origin == "rated, not measured: 2 nodes of NVIDIA DGX Spark (GB10)"
    assert found[unknown].watts is None
    assert found[rated].is_own


def test_who_sells_tokens_has_no_machine_here(tenant: Tenant, advance_all: AdvanceAll) -> None:
    [model] = scenes.models(tenant, "Parrot")
    slug = register_deployment(
        tenant=tenant, model_slug=model, operator="Cloud", hardware="GB10", actor="test"
    )
    advance_all(tenant)
    assert not known(tenant)[slug].is_own
    assert known(tenant)[slug].prices_usd is None
