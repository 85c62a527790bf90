"""A read table and a projection that only the store's tests use."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import pytest
from django.conf import settings
from django.db import connection, models
from pytest_django.plugin import DjangoDbBlocker

from arena.eventstore import projection as projection_module
from arena.eventstore.projection import projection
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from tests.eventstore.facts import CounterMoved


class CounterSum(models.Model):
    """The order-dependent fold of a counter: doubled before each addition, modulo a prime."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, db_constraint=False)
    stream = models.TextField()
    value = models.BigIntegerField()
    moves = models.IntegerField()

    objects: ClassVar[models.Manager["CounterSum"]] = models.Manager()

    class Meta:
        app_label = "eventstore"
        db_table = "test_counter_sum"
        managed = False


def fold(tenant: Tenant, events: Sequence[StoredEvent]) -> None:
    """Fold so that a lost, doubled or reordered event changes the value; 666 is poison."""
    for stored in events:
        assert isinstance(stored.event, CounterMoved)
        if stored.event.amount == 666:
            raise ArithmeticError("poison")
        row, _ = CounterSum.objects.get_or_create(
            tenant=tenant, stream=stored.stream, defaults={"value": 0, "moves": 0}
        )
        row.value = (row.value * 2 + int(stored.event.amount)) % 1_000_003
        row.moves += 1
        row.save()


@pytest.fixture(scope="session", autouse=True)
def _table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS test_counter_sum; CREATE TABLE test_counter_sum (id bigserial "
            "PRIMARY KEY, tenant_id bigint, stream text, value bigint, moves int);"
            f"GRANT ALL ON test_counter_sum, test_counter_sum_id_seq TO {settings.DB_RUNTIME_ROLE}"
        )
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_counter_sum")


@pytest.fixture
def counter_sums() -> Iterator[type[CounterSum]]:
    """Register the projection `counter_sums` for one test, with an empty table."""
    projection(name="counter_sums", events=[CounterMoved], tables=[CounterSum])(fold)
    CounterSum.objects.all().delete()
    yield CounterSum
    del projection_module._registry["counter_sums"]
