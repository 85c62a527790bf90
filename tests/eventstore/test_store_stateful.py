"""The store against a list in memory, driven by Hypothesis."""

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from arena.eventstore import reader, store
from arena.eventstore.domain import ConcurrencyError, IdempotencyConflict
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.models import Tenant
from tests.eventstore.facts import CounterMoved

streams = st.sampled_from(["counter-a", "counter-b", "counter-c"])
amounts = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1).map(float),
    st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda x: "e" not in repr(x) and abs(x) < 1e15
    ),
)
labels = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


class StoreMachine(RuleBasedStateMachine):
    """Every rule appends to the log and to the model in the same way."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = Tenant.objects.create(slug=f"t-{uuid.uuid4().hex[:12]}", name="Machine")
        self.model: list[tuple[str, uuid.UUID, CounterMoved]] = []

    def version(self, stream: str) -> int:
        return sum(name == stream for name, _, _ in self.model)

    def append(self, stream: str, events: list[CounterMoved], **kwargs: Any) -> None:
        ids = [uuid.uuid4() for _ in events]
        store.append(
            tenant=self.tenant, stream=stream, events=events, ids=ids, actor="machine", **kwargs
        )
        self.model += [(stream, i, event) for i, event in zip(ids, events, strict=True)]

    @rule(stream=streams, values=st.lists(st.tuples(amounts, labels), min_size=1, max_size=4))
    def append_at_the_right_version(self, stream: str, values: list[tuple[float, str]]) -> None:
        events = [CounterMoved(amount=amount, label=label) for amount, label in values]
        self.append(stream, events, expected_version=self.version(stream))

    @rule(stream=streams, amount=amounts)
    def append_at_any_version(self, stream: str, amount: float) -> None:
        self.append(stream, [CounterMoved(amount=amount)], expected_version=None)

    @rule(stream=streams, off=st.integers(-3, 3).filter(bool))
    def a_stale_append_is_refused(self, stream: str, off: int) -> None:
        expected = self.version(stream) + off
        if expected < 0:
            return
        with pytest.raises(ConcurrencyError):
            self.append(stream, [CounterMoved(amount=1)], expected_version=expected)

    @rule(data=st.data())
    def a_retry_changes_nothing(self, data: st.DataObject) -> None:
        if not self.model:
            return
        stream, event_id, event = data.draw(st.sampled_from(self.model))
        [appended] = store.append(
            tenant=self.tenant,
            stream=stream,
            events=[event],
            ids=[event_id],
            expected_version=None,
            actor="machine",
        )
        assert not appended.is_new

    @rule(data=st.data())
    def a_retry_with_another_content_is_refused(self, data: st.DataObject) -> None:
        if not self.model:
            return
        stream, event_id, event = data.draw(st.sampled_from(self.model))
        with pytest.raises(IdempotencyConflict):
            store.append(
                tenant=self.tenant,
                stream=stream,
                events=[CounterMoved(amount=event.amount, label=event.label + "x")],
                ids=[event_id],
                expected_version=None,
                actor="machine",
            )

    @invariant()
    def the_log_equals_the_model(self) -> None:
        log = list(reader.read_all(tenant_id=self.tenant.pk))
        assert [(item.stream, item.id, item.event) for item in log] == self.model
        assert [item.position for item in log] == list(range(1, len(log) + 1))

    @invariant()
    def the_chain_holds(self) -> None:
        result = verify_chain(tenant_id=self.tenant.pk)
        assert isinstance(result, Verified)
        assert result.position == len(self.model)


@pytest.mark.django_db(transaction=True)
def test_the_store_behaves_like_a_list_that_refuses_stale_writes() -> None:
    run_state_machine_as_test(
        StoreMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
