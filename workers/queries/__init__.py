"""What may be read of endpoints and runners of one arena."""

from workers.queries.endpoints import (
    AccessInfo,
    AllowedTargetInfo,
    SealedSecret,
    UnknownEndpoint,
    access,
    allow_list,
    allowed_targets,
    endpoint,
    endpoints,
    target,
)
from workers.queries.runners import (
    KeyOwner,
    PresenceInfo,
    UnknownRunner,
    key_of,
    own_runner,
    presence,
    runner,
    runners,
)

__all__ = [
    "AccessInfo",
    "AllowedTargetInfo",
    "KeyOwner",
    "PresenceInfo",
    "SealedSecret",
    "UnknownEndpoint",
    "UnknownRunner",
    "access",
    "allow_list",
    "allowed_targets",
    "endpoint",
    "endpoints",
    "key_of",
    "own_runner",
    "presence",
    "runner",
    "runners",
    "target",
]
