"""Facts about who controls a deployment, their reviews, and what operators say to them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from arena.eventstore.domain import DomainEvent

EvidenceClass = Literal["E0", "E1", "E2", "E3", "E4"]
"""None, a claim, an archived policy, a signature or register, an audit or technical test."""

FactVerdict = Literal["accepted", "rejected"]


def sovereignty_stream(deployment_slug: str) -> str:
    """Return the stream of the facts about one deployment and of their reviews."""
    return f"sovereignty-{deployment_slug}"


def reply_stream(operator_slug: str) -> str:
    """Return the stream of what one operator replies."""
    return f"sovereignty-reply-{operator_slug}"


@dataclass(frozen=True, kw_only=True)
class SovereigntyFactSubmitted(DomainEvent):
    """Somebody stated a fact about a deployment. It counts nothing until it is reviewed."""

    fact_id: UUID
    deployment_slug: str
    criterion: str
    value: str
    """One of the criterion's, such as `region_pin`."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2, sorted; where the value says nothing without them."""
    evidence: EvidenceClass
    source_url: str | None = None
    source_sha256: str | None = None
    """Of the archived copy of the source, 64 hex digits."""
    note: str = ""
    stated_on: date
    """The day on which the source said so."""
    expires_on: date
    """The last day on which it counts in full."""
    criteria_version: str
    interest: str
    """What ties the submitter to the operator; `none` where nothing does."""
    submitted_by: str
    """Actor, as in the metadata: who may not review it."""


@dataclass(frozen=True, kw_only=True)
class SovereigntyFactReviewed(DomainEvent):
    """Somebody else than its submitter accepted a fact, or rejected it, with a reason."""

    fact_id: UUID
    deployment_slug: str
    verdict: FactVerdict
    reason: str
    supersedes: UUID | None = None
    """The fact about the same criterion that was in force until now."""
    reviewed_by: str


@dataclass(frozen=True, kw_only=True)
class OperatorReplied(DomainEvent):
    """What an operator says about the facts of its deployments, word for word."""

    operator: str
    text: str
    source_url: str | None = None
    """Where the operator says so itself."""
    stated_on: date
