"""Endpoints and runners as their streams tell them."""

from workers.state.endpoints import EndpointState, after, current
from workers.state.runners import (
    KeyInfo,
    RunnerInfo,
    RunnerLimits,
    RunnerRefused,
    RunnerStatus,
    UnknownRunner,
)

__all__ = [
    "EndpointState",
    "KeyInfo",
    "RunnerInfo",
    "RunnerLimits",
    "RunnerRefused",
    "RunnerStatus",
    "UnknownRunner",
    "after",
    "current",
]
