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
    "catalogue_as_of",
    "deployment",
    "deployments",
    "external_values",
    "hardware_price_history",
    "hardware_prices",
    "headline_points",
    "headlines",
    "last_change",
    "makers_as_of",
    "measured_points",
    "measured_speeds",
    "model",
    "models",
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
