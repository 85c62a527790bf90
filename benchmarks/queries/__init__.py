"""What may be read of models, deployments, claims and runs of one arena.

Runs are read with `benchmarks.queries.runs`.
"""

from benchmarks.queries import runs
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
from benchmarks.queries.past import PastCatalogue, catalogue_as_of
from benchmarks.queries.speeds import MeasuredSpeed, measured_speeds

__all__ = [
    "DeploymentInfo",
    "ExternalValueInfo",
    "MeasuredSpeed",
    "ModelInfo",
    "PastCatalogue",
    "PowerInfo",
    "PriceInfo",
    "UnknownDeployment",
    "UnknownModel",
    "catalogue_as_of",
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
]
