"""Register models and deployments, and state their facts and what others publish of them."""

from benchmarks.commands.claims import state_external_value, state_external_values
from benchmarks.commands.deployments import declare_power, price_deployment, register_deployment
from benchmarks.commands.models import model_slugs, register_model, register_models

__all__ = [
    "declare_power",
    "model_slugs",
    "price_deployment",
    "register_deployment",
    "register_model",
    "register_models",
    "state_external_value",
    "state_external_values",
]
