"""State facts about who controls a deployment, review them, print what operators reply."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, get_args
from uuid import UUID

from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.domain import DomainError
from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from benchmarks import naming
from benchmarks.events import (
    EvidenceClass,
    FactVerdict,
    OperatorReplied,
    SovereigntyFactReviewed,
    SovereigntyFactSubmitted,
    deployment_stream,
    reply_stream,
    sovereignty_stream,
)
from benchmarks.sovereignty import NOT_APPLICABLE, criteria, expiry_of

_MAX_NOTE: Final = 1_000
_MAX_REPLY: Final = 10_000
_MAX_URL: Final = 2_000
_MAX_COUNTRIES: Final = 50
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_ARCHIVED: Final = ("E2", "E3", "E4")


class UnknownFact(LookupError):
    """The deployment has no such fact."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What somebody submits; `expires_on` None means 180 days after `stated_on`."""

    criterion: str
    value: str
    countries: Sequence[str] = ()
    evidence: EvidenceClass
    source_url: str | None = None
    source_sha256: str | None = None
    note: str = ""
    stated_on: date
    expires_on: date | None = None
    interest: str


def submit_fact(*, tenant: Tenant, deployment_slug: str, statement: Statement, actor: str) -> UUID:
    """Submit a fact and return its id; it waits for the review of somebody else.

    Raises DomainError for an unknown deployment, criterion or value, for countries that are
    missing or not asked for, for evidence without its source, and for dates that cannot be.
    """
    if not store.read_stream(tenant=tenant, stream=deployment_stream(deployment_slug)):
        raise DomainError(f"no deployment {deployment_slug!r} is registered; register it first")
    fact_id = uuid.uuid4()
    store.append(
        tenant=tenant,
        stream=sovereignty_stream(deployment_slug),
        events=[
            SovereigntyFactSubmitted(
                fact_id=fact_id,
                deployment_slug=deployment_slug,
                criterion=statement.criterion,
                value=_value(statement),
                countries=_countries(statement),
                evidence=statement.evidence,
                source_url=_source_url(statement),
                source_sha256=_source_sha256(statement),
                note=_text("note", statement.note, most=_MAX_NOTE, least=0),
                stated_on=statement.stated_on,
                expires_on=_expires_on(statement),
                criteria_version=criteria().version,
                interest=_text("interest", statement.interest, most=_MAX_NOTE),
                submitted_by=actor,
            )
        ],
        expected_version=None,
        actor=actor,
    )
    return fact_id


def review_fact(
    *,
    tenant: Tenant,
    deployment_slug: str,
    fact_id: UUID,
    verdict: FactVerdict,
    reason: str,
    actor: str,
) -> None:
    """Accept or reject a fact that waits; the same verdict again changes nothing.

    Raises UnknownFact; DomainError when the reviewer is the submitter, when it was decided
    otherwise before, when a fact stated later is in force, or without a reason; ConcurrencyError
    when another review came between.
    """
    stream = sovereignty_stream(deployment_slug)
    stored = store.read_stream(tenant=tenant, stream=stream)
    submitted, reviews = _fold(stored)
    if fact_id not in submitted:
        raise UnknownFact(f"{deployment_slug} has no fact {fact_id}")
    fact = submitted[fact_id]
    if earlier := reviews.get(fact_id):
        if earlier.verdict == verdict:
            return
        raise DomainError(f"The fact was {earlier.verdict} before. Submit another one.")
    if actor == fact.submitted_by:
        raise DomainError("Who submits a fact cannot review it. Ask another moderator.")
    in_force = _in_force(submitted, reviews, fact.criterion)
    if verdict == "accepted" and in_force and in_force.stated_on > fact.stated_on:
        raise DomainError(
            f"A fact stated on {in_force.stated_on}, which is later, is in force. Reject this one."
        )
    review = SovereigntyFactReviewed(
        fact_id=fact_id,
        deployment_slug=deployment_slug,
        verdict=verdict,
        reason=_text("reason", reason, most=_MAX_NOTE),
        supersedes=in_force.fact_id if in_force and verdict == "accepted" else None,
        reviewed_by=actor,
    )
    store.append(
        tenant=tenant, stream=stream, events=[review], expected_version=len(stored), actor=actor
    )


def state_reply(
    *,
    tenant: Tenant,
    operator: str,
    text: str,
    stated_on: date,
    actor: str,
    source_url: str | None = None,
) -> None:
    """Print what an operator says about its facts; earlier replies stay.

    Raises DomainError for an operator without a name, an empty text or one above 10,000
    characters, an address that is none, or a day to come.
    """
    try:
        name = naming.check_name(operator)
    except ValueError as error:
        raise DomainError(f"operator: {error}") from error
    _not_to_come(stated_on)
    reply = OperatorReplied(
        operator=name,
        text=_text("reply", text, most=_MAX_REPLY),
        source_url=_url(source_url),
        stated_on=stated_on,
    )
    store.append(
        tenant=tenant,
        stream=reply_stream(naming.slugify(name)),
        events=[reply],
        expected_version=None,
        actor=actor,
    )


_Facts = dict[UUID, SovereigntyFactSubmitted]
_Reviews = dict[UUID, SovereigntyFactReviewed]


def _fold(stored: Sequence[StoredEvent]) -> tuple[_Facts, _Reviews]:
    submitted: _Facts = {}
    reviews: _Reviews = {}
    for event in (item.event for item in stored):
        if isinstance(event, SovereigntyFactSubmitted):
            submitted[event.fact_id] = event
        elif isinstance(event, SovereigntyFactReviewed):
            reviews[event.fact_id] = event
    return submitted, reviews


def _in_force(
    submitted: _Facts, reviews: _Reviews, criterion: str
) -> SovereigntyFactSubmitted | None:
    """Return the fact about a criterion that was accepted last."""
    accepted = [
        submitted[review.fact_id] for review in reviews.values() if review.verdict == "accepted"
    ]
    return next((fact for fact in reversed(accepted) if fact.criterion == criterion), None)


def _value(statement: Statement) -> str:
    try:
        allowed = criteria().criterion(statement.criterion).values
    except ValueError as error:
        raise DomainError(str(error)) from error
    if statement.value not in allowed:
        raise DomainError(
            f"{statement.criterion}: {statement.value!r} is no value; allowed: {', '.join(allowed)}"
        )
    return statement.value


def _countries(statement: Statement) -> tuple[str, ...]:
    codes = tuple(sorted(set(statement.countries)))
    if wrong := [code for code in codes if not _COUNTRY.fullmatch(code)]:
        raise DomainError(f"countries: {wrong[0]!r} is no country code of two letters, such as FR")
    options = criteria().criterion(statement.criterion).options
    wanted = statement.value != NOT_APPLICABLE and options[statement.value].asks_for_countries
    if wanted and not 1 <= len(codes) <= _MAX_COUNTRIES:
        raise DomainError(
            f"countries: {statement.value} says nothing without its countries; "
            f"name 1 to {_MAX_COUNTRIES}"
        )
    if codes and not wanted:
        raise DomainError(f"countries: {statement.value} has none; leave them out")
    return codes


def _source_url(statement: Statement) -> str | None:
    if statement.evidence not in get_args(EvidenceClass):
        raise DomainError(f"evidence: {statement.evidence!r} is none of E0 to E4")
    address = _url(statement.source_url)
    if statement.evidence != "E0" and address is None:
        raise DomainError(f"source: evidence of class {statement.evidence} has an address")
    return address


def _source_sha256(statement: Statement) -> str | None:
    digest = statement.source_sha256 or None
    if digest is not None and not _SHA256.fullmatch(digest):
        raise DomainError("archive: a SHA-256 has 64 hex digits, 0 to 9 and a to f")
    if statement.evidence in _ARCHIVED and digest is None:
        raise DomainError(
            f"archive: evidence of class {statement.evidence} is archived; give its SHA-256"
        )
    return digest


def _expires_on(statement: Statement) -> date:
    _not_to_come(statement.stated_on)
    ends = expiry_of(statement.stated_on, statement.expires_on)
    if ends <= statement.stated_on:
        raise DomainError(f"expiry: {ends} is not after {statement.stated_on}, when it was stated")
    return ends


def _not_to_come(stated_on: date) -> None:
    if stated_on > timezone.now().date():
        raise DomainError(f"date: {stated_on} is still to come")


def _url(address: str | None) -> str | None:
    if not address:
        return None
    if not address.startswith("https://") or len(address) > _MAX_URL or not address.isprintable():
        raise DomainError(
            f"source: the address begins with https:// and has at most {_MAX_URL} characters"
        )
    return address


def _text(what: str, text: str, *, most: int, least: int = 1) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if not least <= len(clean) <= most:
        raise DomainError(f"{what}: {len(clean)} characters, want {least} to {most}")
    if "\x00" in clean:
        raise DomainError(f"{what}: a NUL cannot be stored")
    return clean
