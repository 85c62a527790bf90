"""Whether what a run says can be true. Pure: reports, numbers and a catalogue, no tables."""

from benchmarks.plausibility.assessment import VERSION, Assessment, assess
from benchmarks.plausibility.claim_rules import (
    ClaimedRow,
    ClaimStatus,
    claim_findings,
    claim_status,
    smallest_sizes,
)
from benchmarks.plausibility.evidence import PointEvidence, evidence_of, evidence_of_values
from benchmarks.plausibility.finding import Finding

__all__ = [
    "VERSION",
    "Assessment",
    "ClaimStatus",
    "ClaimedRow",
    "Finding",
    "PointEvidence",
    "assess",
    "claim_findings",
    "claim_status",
    "evidence_of",
    "evidence_of_values",
    "smallest_sizes",
]
