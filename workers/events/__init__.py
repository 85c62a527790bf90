"""Facts about endpoints and runners."""

from workers.events.endpoints import (
    EndpointChanged,
    EndpointRegistered,
    EndpointRetired,
    endpoint_stream,
)
from workers.events.runners import (
    RunnerApproved,
    RunnerDescribed,
    RunnerKeyRevoked,
    RunnerKeyRotated,
    RunnerLimitsSet,
    RunnerOrigin,
    RunnerRegistered,
    RunnerRetired,
    RunnerSuspended,
    runner_stream,
)

__all__ = [
    "EndpointChanged",
    "EndpointRegistered",
    "EndpointRetired",
    "RunnerApproved",
    "RunnerDescribed",
    "RunnerKeyRevoked",
    "RunnerKeyRotated",
    "RunnerLimitsSet",
    "RunnerOrigin",
    "RunnerRegistered",
    "RunnerRetired",
    "RunnerSuspended",
    "endpoint_stream",
    "runner_stream",
]
