"""Connect models: endpoints, their keys, and what they may reach."""

from workers.commands.connecting import change_connection, connect_model
from workers.commands.endpoints import register_endpoint, retire_endpoint, rotate_secrets
from workers.commands.targets import allow_target, remove_target, remove_target_by_id

__all__ = [
    "allow_target",
    "change_connection",
    "connect_model",
    "register_endpoint",
    "remove_target",
    "remove_target_by_id",
    "retire_endpoint",
    "rotate_secrets",
]
