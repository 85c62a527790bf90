"""The chain notices every kind of tampering, and canonical JSON is RFC 8785."""

import json
import re
from io import StringIO

import pytest
import rfc8785
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from arena.eventstore import chain, store
from arena.eventstore.verification import Broken, Verified, verify_chain
from arena.tenancy.models import Tenant
from tests.eventstore.facts import CounterMoved

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=20,
)


@given(values)
def test_canonical_json_is_rfc_8785_for_everything_that_is_admitted(value: object) -> None:
    try:
        normal = chain.normalise(value)
    except chain.NotCanonical:
        return
    assert chain.canonical(normal) == rfc8785.dumps(normal)
    assert chain.normalise(json.loads(chain.canonical(normal))) == normal


@pytest.fixture
def log(tenant: Tenant) -> Tenant:
    for index in range(10):
        store.append(
            tenant=tenant,
            stream=f"counter-{index % 3}",
            events=[CounterMoved(amount=index + 0.5, label="zwölf")],
            expected_version=None,
            actor="test",
        )
    return tenant


def tamper(sql: str) -> None:
    """Change the log as only a superuser can, past trigger and privileges."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE eventstore_event DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE eventstore_event ENABLE TRIGGER USER")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("sql", "position", "reason"),
    [
        ("UPDATE eventstore_event SET data = '{\"amount\": 9, \"label\": \"\"}' WHERE position = 4",
         4, "content"),
        ("UPDATE eventstore_event SET metadata = '{\"actor\": \"else\"}' WHERE position = 7",
         7, "content"),
        ("UPDATE eventstore_event SET recorded_at = recorded_at - interval '1 microsecond'"
         " WHERE position = 5", 5, "link"),
        ("UPDATE eventstore_event SET version = 9 WHERE position = 3", 3, "link"),
        ("DELETE FROM eventstore_event WHERE position = 6", 6, "missing"),
        ("UPDATE eventstore_event SET hash = sha256('x') WHERE position = 10", 10, "link"),
    ],
)  # fmt: skip
def test_verify_names_the_first_position_that_was_tampered_with(
    log: Tenant, sql: str, position: int, reason: str
) -> None:
    assert isinstance(verify_chain(tenant_id=log.pk), Verified)
    tamper(sql)
    result = verify_chain(tenant_id=log.pk)
    assert isinstance(result, Broken)
    assert result.position == position
    assert reason in result.reason


@pytest.mark.django_db(transaction=True)
def test_the_command_prints_the_head_and_fails_on_a_broken_chain(log: Tenant) -> None:
    out, err = StringIO(), StringIO()
    call_command("verify_chain", "--tenant", "public", stdout=out)
    assert re.search(r"public: 10 events verified in \d+\.\d s, head [0-9a-f]{64}", out.getvalue())
    tamper("UPDATE eventstore_event SET stream = 'counter-9' WHERE position = 2")
    with pytest.raises(SystemExit):
        call_command("verify_chain", stderr=err)
    assert "public: broken at position 2" in err.getvalue()
