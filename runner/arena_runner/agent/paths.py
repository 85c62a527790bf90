"""Where the agent keeps what it knows: the XDG directories, or one folder of the owner's choice."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import platformdirs

from arena_runner.agent.errors import InvalidInput

HOME_VARIABLE: Final = "ARENA_RUNNER_HOME"
_NAME: Final = "arena-runner"


@dataclass(frozen=True)
class Paths:
    """All files of one agent."""

    config: Path
    """Folder of settings, key and token: worth a backup."""
    state: Path
    """Folder of runs, approvals and locks."""

    @classmethod
    def of_this_user(cls) -> Self:
        """Return the folders of the environment; raise InvalidInput for a relative home."""
        home = os.environ.get(HOME_VARIABLE)
        if home is None:
            return cls(
                config=Path(platformdirs.user_config_dir(_NAME)),
                state=Path(platformdirs.user_state_dir(_NAME)),
            )
        folder = Path(home)
        if not folder.is_absolute():
            raise InvalidInput("bad-home", f"{HOME_VARIABLE} must be an absolute path")
        return cls(config=folder / "config", state=folder / "state")

    @property
    def configuration(self) -> Path:
        """Settings."""
        return self.config / "config.json"

    @property
    def token(self) -> Path:
        """Key of the arena, mode 0600."""
        return self.config / "token"

    @property
    def signing_key(self) -> Path:
        """Private key that signs reports, mode 0600."""
        return self.config / "signing.key"

    @property
    def next_signing_key(self) -> Path:
        """A new private key that the site may or may not know yet."""
        return self.config / "signing.next.key"

    @property
    def approvals(self) -> Path:
        """Commands that the owner has seen."""
        return self.state / "approved.json"

    @property
    def targets(self) -> Path:
        """Addresses of the endpoints of runs; they never leave this machine."""
        return self.state / "targets.json"

    @property
    def lock(self) -> Path:
        """Held by whoever measures on this machine."""
        return self.state / "measuring.lock"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.state / "runs"
