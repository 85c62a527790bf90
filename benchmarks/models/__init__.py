"""Tables of models, deployments, claims and runs."""

from benchmarks.models.catalogue import (
    Deployment,
    DeploymentPower,
    DeploymentPrice,
    ExternalValue,
    HardwarePrice,
    LanguageModel,
)
from benchmarks.models.runs import (
    Artifact,
    Run,
    RunAttempt,
    RunJob,
    RunLogLine,
    RunPoint,
    RunStatus,
)
from benchmarks.models.seeds import SeedClaim

__all__ = [
    "Artifact",
    "Deployment",
    "DeploymentPower",
    "DeploymentPrice",
    "ExternalValue",
    "HardwarePrice",
    "LanguageModel",
    "Run",
    "RunAttempt",
    "RunJob",
    "RunLogLine",
    "RunPoint",
    "RunStatus",
    "SeedClaim",
]
