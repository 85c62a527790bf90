"""How sovereign a deployment leaves its user: data files, evidence, score, sensitivity. Pure."""

from benchmarks.sovereignty.catalogue import (
    NOT_APPLICABLE,
    CatalogueError,
    Criterion,
    Level,
    Option,
    Profile,
    UnknownProfile,
    criteria,
    default_profile,
    profile_called,
    profiles,
)
from benchmarks.sovereignty.evidence import EVIDENCE, Evidence, evidence_on, expiry_of
from benchmarks.sovereignty.score import Assessment, Fact, Part, assess
from benchmarks.sovereignty.sensitivity import DRAWS, SPREAD, Flip, Sensitivity, sensitivity

__all__ = [
    "DRAWS",
    "EVIDENCE",
    "NOT_APPLICABLE",
    "SPREAD",
    "Assessment",
    "CatalogueError",
    "Criterion",
    "Evidence",
    "Fact",
    "Flip",
    "Level",
    "Option",
    "Part",
    "Profile",
    "Sensitivity",
    "UnknownProfile",
    "assess",
    "criteria",
    "default_profile",
    "evidence_on",
    "expiry_of",
    "profile_called",
    "profiles",
    "sensitivity",
]
