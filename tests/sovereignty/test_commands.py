"""What may be submitted and reviewed, by whom, and what becomes of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from benchmarks.commands import UnknownFact, review_fact, state_reply, submit_fact
from benchmarks.events import sovereignty_stream
from benchmarks.queries import sovereignty
from benchmarks.sovereignty import default_profile
from tests.sovereignty import scenes

pytestmark = pytest.mark.django_db(transaction=True)
Advance = Callable[[Tenant], None]
TOMORROW = timezone.now().date() + timedelta(days=2)


def review(tenant: Tenant, place: str, fact_id: Any, **changes: Any) -> None:
    fields: dict[str, Any] = {
        "verdict": "accepted", "reason": "read it", "actor": scenes.REVIEWER
    } | changes  # fmt: skip
    review_fact(tenant=tenant, deployment_slug=place, fact_id=fact_id, **fields)


def events(tenant: Tenant, place: str) -> list[str]:
    stored = store.read_stream(tenant=tenant, stream=sovereignty_stream(place))
    return [event.type for event in stored]


def test_a_fact_counts_once_somebody_else_has_accepted_it(
    tenant: Tenant, advance_all: Advance
) -> None:
    place = scenes.place(tenant)
    fact_id = scenes.submitted(tenant, place)
    advance_all(tenant)
    about: dict[str, Any] = {"tenant": tenant, "deployment": place}
    on = date(2026, 11, 20)
    [waiting] = sovereignty.facts(**about)
    assert (waiting.status, waiting.reviewed_by) == ("waiting", None)
    assert waiting.expires_on == date(2027, 4, 30)
    assert sovereignty.assessment(**about, profile=default_profile(), on=on) is None

    review(tenant, place, fact_id)
    advance_all(tenant)
    [fact] = sovereignty.facts(**about)
    assert (fact.status, fact.submitted_by, fact.reviewed_by) == (
        "accepted", scenes.SUBMITTER, scenes.REVIEWER
    )  # fmt: skip
    found = sovereignty.assessment(**about, profile=default_profile(), on=on)
    assert found is not None
    assert (found.low, found.high, found.coverage_percent, found.known) == (6, 94, 12, 1)


def test_who_submits_does_not_review(tenant: Tenant) -> None:
    place = scenes.place(tenant)
    fact_id = scenes.submitted(tenant, place)
    for verdict in ("accepted", "rejected"):
        with pytest.raises(DomainError, match="cannot review it"):
            review(tenant, place, fact_id, verdict=verdict, actor=scenes.SUBMITTER)
    assert events(tenant, place) == ["SovereigntyFactSubmitted"]


def test_what_was_rejected_or_superseded_stays(tenant: Tenant, advance_all: Advance) -> None:
    place = scenes.place(tenant)
    first = scenes.accepted(tenant, place)
    wrong = scenes.submitted(tenant, place, value="unspecified", countries=())
    review(tenant, place, wrong, verdict="rejected", reason="The page says otherwise.")
    second = scenes.accepted(tenant, place, countries=("FR", "DE"))
    advance_all(tenant)
    facts = {fact.fact_id: fact for fact in sovereignty.facts(tenant=tenant)}
    assert [facts[one].status for one in (first, wrong, second)] == [
        "superseded", "rejected", "accepted"
    ]  # fmt: skip
    assert facts[first].superseded_by == second
    assert facts[wrong].reason == "The page says otherwise."
    assert facts[second].countries == ("DE", "FR")


def test_an_older_statement_does_not_replace_a_later_one(tenant: Tenant) -> None:
    place = scenes.place(tenant)
    scenes.accepted(tenant, place)
    older = scenes.submitted(tenant, place, stated_on=date(2026, 10, 1))
    with pytest.raises(DomainError, match="stated on 2026-11-01, which is later, is in force"):
        review(tenant, place, older)
    review(tenant, place, older, verdict="rejected")


def test_a_verdict_stands(tenant: Tenant) -> None:
    place = scenes.place(tenant)
    fact_id = scenes.accepted(tenant, place)
    review(tenant, place, fact_id)
    assert len(events(tenant, place)) == 2
    with pytest.raises(DomainError, match="was accepted before"):
        review(tenant, place, fact_id, verdict="rejected")
    with pytest.raises(UnknownFact):
        review(tenant, place, uuid4())
    other = scenes.place(tenant, "Beta")
    with pytest.raises(UnknownFact):
        review(tenant, other, fact_id)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"criterion": "Z9"}, "no criterion is called 'Z9'; there are A1"),
        ({"value": "moon"}, "'moon' is no value; allowed: own_hardware"),
        ({"value": "not_applicable"}, "is no value"),
        ({"countries": ()}, "says nothing without its countries"),
        ({"countries": ("Germany",)}, "no country code"),
        ({"value": "unspecified"}, "unspecified has none"),
        ({"evidence": "E9"}, "none of E0 to E4"),
        ({"source_url": None}, "has an address"),
        ({"source_url": "http://example.org/"}, "begins with https://"),
        ({"source_sha256": None}, "give its SHA-256"),
        ({"source_sha256": "AB" * 32}, "64 hex digits"),
        ({"stated_on": TOMORROW}, "still to come"),
        ({"expires_on": date(2026, 11, 1)}, "is not after"),
        ({"interest": " "}, "interest: 0 characters"),
        ({"note": "x" * 1001}, "note: 1001 characters, want 0 to 1000"),
        ({"note": "a\x00b"}, "NUL"),
    ],
)
def test_what_cannot_be_a_fact_is_refused_with_the_reason(
    tenant: Tenant, changes: dict[str, Any], message: str
) -> None:
    place = scenes.place(tenant)
    with pytest.raises(DomainError, match=message):
        scenes.submitted(tenant, place, **changes)
    assert events(tenant, place) == []


def test_facts_are_about_deployments_of_this_arena(tenant: Tenant, other_tenant: Tenant) -> None:
    place = scenes.place(tenant)
    with pytest.raises(DomainError, match="no deployment"):
        submit_fact(
            tenant=other_tenant, deployment_slug=place, statement=scenes.statement(), actor="x"
        )
    fact_id = scenes.submitted(tenant, place)
    with pytest.raises(UnknownFact):
        review(other_tenant, place, fact_id)


def test_replies_stand_word_for_word_newest_first(tenant: Tenant, advance_all: Advance) -> None:
    for text in ("First.\r\nLine two <b>", "Second."):
        state_reply(
            tenant=tenant, operator="Alpha Cloud", text=text, stated_on=date(2026, 11, 2),
            actor="admin",
        )  # fmt: skip
    advance_all(tenant)
    found = sovereignty.replies(tenant=tenant, operator="Alpha Cloud")
    assert [reply.text for reply in found] == ["Second.", "First.\nLine two <b>"]
    assert sovereignty.replies(tenant=tenant, operator="Beta Cloud") == []
    with pytest.raises(DomainError, match="reply: 0 characters"):
        state_reply(
            tenant=tenant, operator="A", text=" ", stated_on=date(2026, 11, 2), actor="admin"
        )
