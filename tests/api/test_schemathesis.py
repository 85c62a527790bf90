"""Schemathesis sends what the document allows, and what it forbids, to every operation."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from arena.api import api
from arena.eventstore.queries import log_head
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests.api.conftest import Keys, bearer

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = 15
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {
            # A vote of the right shape may name a board or model that does not exist: 422.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "422"]},
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


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_to_its_description(
    case: schemathesis.Case[Any], keys: Keys, two_arenas: None
) -> None:
    parameters = {parameter.name for parameter in case.operation.query}
    # A cursor of the right alphabet need not be one that the list gave out: 400.
    excluded: list[schemathesis.CheckFunction] = (
        [positive_data_acceptance] if "cursor" in parameters else []
    )
    headers = {**bearer(keys.vote), "Accept-Encoding": "identity"}
    response = case.call_and_validate(headers=headers, excluded_checks=excluded)
    assert response.headers["ratelimit-limit"] == ["1000000"]
