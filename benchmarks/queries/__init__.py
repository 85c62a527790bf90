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
    models_of_deployments,
    power,
    prices,
)
from benchmarks.queries.hardware_prices import HardwarePriceInfo, hardware_prices
from benchmarks.queries.headline import Headline, headlines
from benchmarks.queries.model_facts import FactInfo
from benchmarks.queries.past import PastCatalogue, catalogue_as_of
from benchmarks.queries.points import MeasuredPoint, PointOf, PointReading, measured_points
from benchmarks.queries.records import (
    HeadlinePoint,
    hardware_price_history,
    headline_points,
    power_history,
    price_history,
)
from benchmarks.queries.scores import ScoreInfo, scores
from benchmarks.queries.seeds import SeedClaimInfo, seed_claims, seed_values
from benchmarks.queries.speeds import MeasuredSpeed, RunSpeed, measured_speeds, run_speeds

__all__ = [
    "DeploymentInfo",
    "ExternalValueInfo",
    "FactInfo",
    "HardwarePriceInfo",
    "Headline",
    "HeadlinePoint",
    "MeasuredPoint",
    "MeasuredSpeed",
    "ModelInfo",
    "PastCatalogue",
    "PointOf",
    "PointReading",
    "PowerInfo",
    "PriceInfo",
    "RunSpeed",
    "ScoreInfo",
    "SeedClaimInfo",
    "UnknownDeployment",
    "UnknownModel",
    "badges",
    "catalogue_as_of",
    "deployment",
    "deployments",
    "external_values",
    "hardware_price_history",
    "hardware_prices",
    "headline_points",
    "headlines",
    "lanes",
    "last_change",
    "makers_as_of",
    "measured_points",
    "measured_speeds",
    "model",
    "models",
    "models_of_deployments",
    "names",
    "power",
    "power_history",
    "price_history",
    "prices",
    "run_speeds",
    "runs",
    "scores",
    "seed_claims",
    "seed_values",
    "sovereignty",
]
