"""People of the arena, a machine and a run that pages of runs are about."""

from collections.abc import Callable

import pytest

from arena.accounts.models import User
from arena.tenancy.models import Tenant
from benchmarks.state.run import RunInfo
from tests.pages import run_scene as scene
from workers.state.runners import RunnerInfo

AdvanceAll = Callable[[Tenant], None]


@pytest.fixture
def ann(tenant: Tenant) -> User:
    return scene.person(tenant, "ann")


@pytest.fixture
def bob(tenant: Tenant) -> User:
    return scene.person(tenant, "bob")


@pytest.fixture
def spark(tenant: Tenant, ann: User, advance_all: AdvanceAll) -> RunnerInfo:
    info = scene.machine_of(tenant, ann, name="Annas Spark")
    advance_all(tenant)
    return info


@pytest.fixture
def done(tenant: Tenant, ann: User, spark: RunnerInfo, advance_all: AdvanceAll) -> RunInfo:
    """Return Ann's private, accepted run."""
    info = scene.completed(tenant, ann, spark, "c1", "c2")
    advance_all(tenant)
    return info
