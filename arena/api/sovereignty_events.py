"""Public fields of the events about sovereignty. Who submitted and reviewed stays private."""

from datetime import date
from uuid import UUID

from pydantic import Field

from arena.api.event_data import EventData
from benchmarks.events import (
    EvidenceClass,
    FactVerdict,
    OperatorReplied,
    SovereigntyFactReviewed,
    SovereigntyFactSubmitted,
)


class SovereigntyFactSubmittedData(EventData):
    """Somebody stated a fact about a deployment; it waits for a review."""

    fact_id: UUID
    deployment_slug: str
    criterion: str
    value: str
    countries: tuple[str, ...] = Field(description="ISO 3166-1 alpha-2.")
    evidence: EvidenceClass
    source_url: str | None
    source_sha256: str | None = Field(description="Of the archived copy of the source.")
    note: str
    stated_on: date
    expires_on: date
    criteria_version: str
    interest: str = Field(description="What ties the submitter to the operator.")


class SovereigntyFactReviewedData(EventData):
    """Somebody else than its submitter accepted or rejected a fact."""

    fact_id: UUID
    deployment_slug: str
    verdict: FactVerdict
    reason: str
    supersedes: UUID | None = Field(description="The fact that was in force until now.")


class OperatorRepliedData(EventData):
    """What an operator says about the facts of its deployments, word for word."""

    operator: str
    text: str
    source_url: str | None
    stated_on: date


SovereigntyData = SovereigntyFactSubmittedData | SovereigntyFactReviewedData | OperatorRepliedData
SOVEREIGNTY: dict[type, type[SovereigntyData]] = {
    SovereigntyFactSubmitted: SovereigntyFactSubmittedData,
    SovereigntyFactReviewed: SovereigntyFactReviewedData,
    OperatorReplied: OperatorRepliedData,
}
