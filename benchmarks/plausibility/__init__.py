"""Whether what a run says can be true. Pure: reports, numbers and a catalogue, no tables."""

from benchmarks.plausibility.assessment import VERSION, Assessment, assess
from benchmarks.plausibility.evidence import PointEvidence, evidence_of, evidence_of_values
from benchmarks.plausibility.finding import Finding

__all__ = [
    "VERSION",
    "Assessment",
    "Finding",
    "PointEvidence",
    "assess",
    "evidence_of",
    "evidence_of_values",
]
