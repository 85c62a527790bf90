"""Tables of models, deployments, scores, claims, lanes, runs and sovereignty."""

from benchmarks.models.catalogue import (
    Deployment,
    DeploymentPower,
    DeploymentPrice,
    ExternalValue,
    HardwarePrice,
    LanguageModel,
)
from benchmarks.models.lanes import BadgeHeld, BenchLane, ModelFact, ModelName
from benchmarks.models.runs import (
    Artifact,
    Run,
    RunAttempt,
    RunJob,
    RunLogLine,
    RunPoint,
    RunStatus,
)
from benchmarks.models.scores import Score
from benchmarks.models.seeds import SeedClaim
from benchmarks.models.sovereignty import OperatorReply, SovereigntyFact

__all__ = [
    "Artifact",
    "BadgeHeld",
    "BenchLane",
    "Deployment",
    "DeploymentPower",
    "DeploymentPrice",
    "ExternalValue",
    "HardwarePrice",
    "LanguageModel",
    "ModelFact",
    "ModelName",
    "OperatorReply",
    "Run",
    "RunAttempt",
    "RunJob",
    "RunLogLine",
    "RunPoint",
    "RunStatus",
    "Score",
    "SeedClaim",
    "SovereigntyFact",
]
