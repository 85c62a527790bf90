"""Fixtures of the whole suite: two tenants and a way to let every projection catch up."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from arena import redis_client
from arena.eventstore.projection import advance, projections
from arena.tenancy.commands import open_tenant
from arena.tenancy.models import Tenant

# The same examples everywhere, and no limit of time: a busy machine must not decide what passes.
settings.register_profile(
    "arena", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("arena")


@pytest.fixture
def tenant(db: None) -> Tenant:
    """Return the public arena that answers on every host."""
    return open_tenant(slug="public", name="Public arena", is_public=True, is_default=True)


@pytest.fixture
def other_tenant(db: None) -> Tenant:
    """Return a private arena."""
    return open_tenant(slug="demo-private", name="Private arena", is_public=False)


@pytest.fixture
def advance_all() -> Callable[[Tenant], None]:
    """Return a function that does at once what the worker does after a bell."""

    def run(tenant: Tenant) -> None:
        from leaderboards.rebuild import rebuild
        from voting.queries import boards

        for name in projections():
            advance(tenant=tenant, name=name)
        for board in boards(tenant=tenant):
            rebuild(tenant=tenant, board=board.slug)

    return run


@pytest.fixture(autouse=True)
def _empty_redis() -> None:
    """Leave no bell, cache entry or rate limit of one test to the next."""
    client = redis_client.client()
    keys = list(client.scan_iter(match=redis_client.key("*")))
    if keys:
        client.delete(*keys)
