"""What each database role is refused, tried with real SQL."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from arena.eventstore import store
from arena.tenancy.models import Tenant
from tests.eventstore.facts import CounterMoved

pytestmark = pytest.mark.django_db(transaction=True)

REWRITES = [
    "UPDATE eventstore_event SET data = '{}'",
    "DELETE FROM eventstore_event",
    "TRUNCATE eventstore_event",
    "INSERT INTO eventstore_event SELECT * FROM eventstore_event "
    "ON CONFLICT (tenant_id, position) DO UPDATE SET data = '{}'",
    "ALTER TABLE eventstore_event DISABLE TRIGGER ALL",
    "DROP TRIGGER eventstore_append_only ON eventstore_event",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION eventstore_refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NEW; END $$",
    "DROP TABLE eventstore_event",
]


@pytest.fixture
def one_event(tenant: Tenant) -> Tenant:
    append(tenant)
    return tenant


def append(tenant: Tenant) -> None:
    store.append(
        tenant=tenant,
        stream="counter-a",
        events=[CounterMoved(amount=1)],
        expected_version=None,
        actor="test",
    )


@pytest.fixture
def runtime() -> Iterator[psycopg.Connection]:
    """Return a connection as the role that web and workers use, to the test database."""
    with psycopg.connect(
        os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"], autocommit=True
    ) as connected:
        yield connected


@pytest.mark.parametrize("sql", REWRITES)
def test_the_runtime_role_is_refused_every_way_to_rewrite(
    one_event: Tenant, runtime: psycopg.Connection, sql: str
) -> None:
    with pytest.raises(psycopg.Error, match="permission denied|must be owner|append-only"):
        runtime.execute(sql)
    assert len(store.read_stream(tenant=one_event, stream="counter-a")) == 1


def test_the_runtime_role_may_append_and_read(
    one_event: Tenant, runtime: psycopg.Connection
) -> None:
    row = runtime.execute(
        "SELECT o_position FROM eventstore_append(%s, ARRAY[gen_random_uuid()], ARRAY['counter-a'],"
        " ARRAY[1], ARRAY['CounterMoved'], ARRAY[1]::smallint[], ARRAY['{\"amount\": 2}'],"
        " ARRAY['{}'], ARRAY[sha256('')])",
        [one_event.pk],
    ).fetchone()
    assert row == (2,)
    assert len(store.read_stream(tenant=one_event, stream="counter-a")) == 2


def test_the_runtime_role_is_no_superuser_and_owns_nothing(
    one_event: Tenant, runtime: psycopg.Connection
) -> None:
    row = runtime.execute(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, "
        "(SELECT count(*) FROM pg_class WHERE relowner = r.oid) "
        "FROM pg_roles r WHERE rolname = current_user"
    ).fetchone()
    assert row == (False, False, False, False, 0)


@pytest.mark.parametrize("sql", REWRITES[:2])
def test_even_the_owner_is_refused_update_and_delete(one_event: Tenant, sql: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_check_refuses_a_superuser(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from arena.eventstore.roles import check_database_role

    assert check_database_role(databases=["default"]) == []
    wrapper = connections["default"]
    monkeypatch.setattr(wrapper, "settings_dict", wrapper.settings_dict | {"USER": "postgres"})
    connection.close()
    try:
        [found] = check_database_role(databases=["default"])
    finally:
        connection.close()
    assert found.id == "eventstore.E001"
