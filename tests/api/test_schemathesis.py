"""Schemathesis sends what the document allows, and what it forbids, to every operation."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from arena.api import api
from arena.eventstore.queries import log_head
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests.api.battle_keys import Key, battle_key, begun
from tests.api.conftest import bearer
from tests.voting import battling
from voting.commands import Ballot, cast_vote, retire_contestant

Test = TypeVar("Test", bound=Callable[..., None])
pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = 15
BULKY = r"/(runs|runners|artifacts|webhooks)"
BULKY_EXAMPLES = 3
"""A generated manifest takes a second, and the host of a webhook is looked up; refusals of such
bodies are in test_run_refusals.py and tests/notices."""
EXAMPLE = uuid.UUID("2f1f5f8e-3d4e-5c0b-9d64-0d6c1f4b7a11")
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # What has the right shape may name a board or model that does not exist (422), or ask
            # of a battle what its state does not allow (409), or redeem a code that is none (410).
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "304", "404", "409", "410", "422"]
            },
        },
    }
)


schema = schemathesis.openapi.from_dict(
    json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"))), config=CONFIG
)
schema.app = get_wsgi_application()


@pytest.fixture
def two_arenas(arena: Tenant, private_arena: Tenant, settings: Any) -> Iterator[None]:
    """Set up two arenas with wide limits; afterwards the logs must still verify."""
    settings.ARENA_RATE_ANONYMOUS = settings.ARENA_RATE_KEY = 1_000_000
    untouched = log_head(tenant=private_arena)
    yield
    assert isinstance(verify_chain(tenant_id=arena.pk), Verified)
    assert log_head(tenant=private_arena) == untouched


@pytest.fixture
def key(arena: Tenant) -> Key:
    """Return a key, of which the battle in the document's examples is one, voted on.

    Nobody battles any more: answers need a server of another kind (test_battle_examples.py).
    """
    made = battle_key(arena, "runner", "moderate")
    deployments = battling.contest(arena, "one", "two", board="duel")
    battling.answered(arena, battle_id=begun(arena, made, battle_id=EXAMPLE, board="duel"))
    cast_vote(
        tenant=arena, battle_id=EXAMPLE, voter=battling.VOTER, ballot=Ballot(winner="tie"),
        actor=str(made.id),
    )  # fmt: skip
    for deployment in deployments:
        retire_contestant(
            tenant=arena, board="duel", deployment_slug=deployment, reason="over", actor="test"
        )
    battling.catch_up(arena)
    return made


def _every(examples: int) -> Callable[[Test], Test]:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@schema.exclude(path_regex=BULKY).parametrize()
@_every(EXAMPLES)
def test_every_operation_keeps_to_its_description(
    case: schemathesis.Case[Any], key: Key, two_arenas: None
) -> None:
    check(case, key)


@schema.include(path_regex=BULKY).parametrize()
@_every(BULKY_EXAMPLES)
def test_every_operation_with_bulky_bodies_keeps_to_its_description(
    case: schemathesis.Case[Any], key: Key, two_arenas: None
) -> None:
    check(case, key)


def check(case: schemathesis.Case[Any], key: Key) -> None:
    parameters = {parameter.name for parameter in case.operation.query}
    # A cursor of the right alphabet need not be one that the list gave out, a tariff in a currency
    # needs its rate of exchange, a model need not stand on a board, nor a moment in the log: 400.
    depending = {"cursor", "tariff", "board", "as_of", "from", "to"}
    excluded: list[schemathesis.CheckFunction] = (
        [positive_data_acceptance] if depending & parameters else []
    )
    headers = {**bearer(key.raw), "Accept-Encoding": "identity"}
    response = case.call_and_validate(headers=headers, excluded_checks=excluded)
    assert response.headers["ratelimit-limit"] == ["1000000"]
