"""Tables of endpoints and runners."""

from workers.models.endpoints import AllowedTarget, Endpoint, EndpointAccess
from workers.models.runners import DeviceLogin, Runner, RunnerKey, RunnerPresence

__all__ = [
    "AllowedTarget",
    "DeviceLogin",
    "Endpoint",
    "EndpointAccess",
    "Runner",
    "RunnerKey",
    "RunnerPresence",
]
