"""What may be read of models, deployments, claims and runs of one arena.

Runs are read with `benchmarks.queries.runs`, sovereignty with `benchmarks.queries.sovereignty`.
"""

from benchmarks.queries import runs, sovereignty
from benchmarks.queries.catalogue import (
    DeploymentInfo,
    ExternalValueInfo,
    ModelInfo,
    PowerInfo,
    PriceInfo,
    UnknownDeployment,
    UnknownModel,
    deployment,
    deployments,
    external_values,
    last_change,
    makers_as_of,
    model,
    models,
    power,
    prices,
)
from benchmarks.queries.speeds import MeasuredSpeed, measured_speeds

__all__ = [
    "DeploymentInfo",
    "ExternalValueInfo",
    "MeasuredSpeed",
    "ModelInfo",
    "PowerInfo",
    "PriceInfo",
    "UnknownDeployment",
    "UnknownModel",
    "deployment",
    "deployments",
    "external_values",
    "last_change",
    "makers_as_of",
    "measured_speeds",
    "model",
    "models",
    "power",
    "prices",
    "runs",
    "sovereignty",
]
