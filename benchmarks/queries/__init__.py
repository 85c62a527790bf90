"""What may be read of models, deployments, claims and runs of one arena.

Runs are read with `benchmarks.queries.runs`, sovereignty with `benchmarks.queries.sovereignty`,
and in the same way badges, lanes and names that no model is registered by.
"""

from benchmarks.queries import badges, lanes, names, runs, sovereignty
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
from benchmarks.queries.hardware_prices import HardwarePriceInfo, hardware_prices
from benchmarks.queries.headline import Headline, headlines
from benchmarks.queries.model_facts import FactInfo
from benchmarks.queries.seeds import SeedClaimInfo, seed_claims, seed_values
from benchmarks.queries.speeds import MeasuredSpeed, measured_speeds

__all__ = [
    "DeploymentInfo",
    "ExternalValueInfo",
    "FactInfo",
    "HardwarePriceInfo",
    "Headline",
    "MeasuredSpeed",
    "ModelInfo",
    "PowerInfo",
    "PriceInfo",
    "SeedClaimInfo",
    "UnknownDeployment",
    "UnknownModel",
    "badges",
    "deployment",
    "deployments",
    "external_values",
    "hardware_prices",
    "headlines",
    "lanes",
    "last_change",
    "makers_as_of",
    "measured_speeds",
    "model",
    "models",
    "names",
    "power",
    "prices",
    "runs",
    "seed_claims",
    "seed_values",
    "sovereignty",
]
