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
from benchmarks.queries.hardware_prices import HardwarePriceInfo, hardware_prices
from benchmarks.queries.headline import Headline, headlines
from benchmarks.queries.records import (
    HeadlinePoint,
    hardware_price_history,
    headline_points,
    power_history,
    price_history,
)
from benchmarks.queries.seeds import SeedClaimInfo, seed_claims, seed_values
from benchmarks.queries.speeds import MeasuredSpeed, measured_speeds

__all__ = [
    "DeploymentInfo",
    "ExternalValueInfo",
    "HardwarePriceInfo",
    "Headline",
    "HeadlinePoint",
    "MeasuredSpeed",
    "ModelInfo",
    "PowerInfo",
    "PriceInfo",
    "SeedClaimInfo",
    "UnknownDeployment",
    "UnknownModel",
    "deployment",
    "deployments",
    "external_values",
    "hardware_price_history",
    "hardware_prices",
    "headline_points",
    "headlines",
    "last_change",
    "makers_as_of",
    "measured_speeds",
    "model",
    "models",
    "power",
    "power_history",
    "price_history",
    "prices",
    "runs",
    "seed_claims",
    "seed_values",
    "sovereignty",
]
