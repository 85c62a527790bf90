"""The key of the arena: in a file that only its owner can read, or from the environment."""

import os
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena_runner.agent import files
from arena_runner.agent.errors import AgentError
from arena_runner.agent.paths import Paths

TOKEN_VARIABLE: Final = "ARENA_TOKEN"  # noqa: S105 - the name of a variable


class Credentials(BaseModel):
    """A key of one arena and what is known of it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    api_key: str = Field(min_length=8, max_length=400, repr=False)
    url: str | None = Field(default=None, description="Of the arena that it opens.")
    key_id: str | None = None
    tenant: str | None = None
    expires_at: datetime | None = None


def load(paths: Paths) -> Credentials | None:
    """Return the key of the environment, else the stored one, else None; raise AgentError."""
    given = os.environ.get(TOKEN_VARIABLE)
    if given:
        return Credentials(api_key=given)
    content = files.read_json(paths.token)
    if content is None:
        return None
    if not files.is_private(paths.token):
        raise AgentError(
            "token-readable",
            f"others on this machine can read {paths.token}",
            remedy=f"chmod 600 {paths.token}, or sign in again: arena-runner login",
        )
    try:
        return Credentials.model_validate(content)
    except ValidationError:
        raise AgentError(
            "token-damaged", f"{paths.token} does not hold a key", remedy="arena-runner login"
        ) from None


def store(paths: Paths, credentials: Credentials) -> None:
    """Keep a key."""
    files.write_json(paths.token, credentials.model_dump(mode="json"))


def forget(paths: Paths) -> bool:
    """Delete the stored key; return whether there was one."""
    try:
        paths.token.unlink()
    except FileNotFoundError:
        return False
    return True
