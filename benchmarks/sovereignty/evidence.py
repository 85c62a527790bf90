"""How far a fact is believed: its class of evidence, and what age does to it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from benchmarks.events import EvidenceClass
from benchmarks.sovereignty.catalogue import criteria

Evidence = EvidenceClass
EVIDENCE: Final[Mapping[Evidence, str]] = {
    "E0": "none",
    "E1": "claim of the vendor",
    "E2": "published contract or policy, archived with its SHA-256",
    "E3": "signed, or in an official register",
    "E4": "audit, certificate or technical test",
}
SHARE: Final[Mapping[Evidence, float | None]] = {
    "E0": None,
    "E1": 0.5,
    "E2": 1.0,
    "E3": 1.0,
    "E4": 1.0,
}
"""Of the points that a fact of the class counts for; None: it counts as unknown."""


def expiry_of(stated_on: date, expires_on: date | None) -> date:
    """Return the last day on which a fact is believed in full: its own, or after 180 days."""
    return expires_on or stated_on + timedelta(days=criteria().policy_days)


def evidence_on(evidence: Evidence, *, stated_on: date, expires_on: date, on: date) -> Evidence:
    """Return the class that a fact has on a day.

    Up to and on `expires_on` its own; then at most E1; after twice the time from `stated_on` to
    `expires_on` E0, which is unknown. Before it was stated, and without evidence, E0 too.
    """
    if on < stated_on:
        return "E0"
    if on <= expires_on:
        return evidence
    if on <= expires_on + (expires_on - stated_on):
        return min(evidence, "E1")
    return "E0"
