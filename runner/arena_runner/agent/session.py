"""What every command works with: the folders, settings, keys and the arena of this agent."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID, uuid4

from arena_runner.agent import configuration as settings
from arena_runner.agent import credentials
from arena_runner.agent.configuration import Configuration
from arena_runner.agent.credentials import Credentials
from arena_runner.agent.errors import AgentError, NotRegistered, NotSignedIn
from arena_runner.agent.keys import KeyStore
from arena_runner.agent.paths import Paths
from arena_runner.site.client import ArenaClient
from arena_runner.site.transport import Transport

OTHER_ARENA: Final = "key-of-another-arena"


@dataclass(frozen=True)
class Session:
    """One agent. Settings are read once; whoever changes them makes a new session."""

    paths: Paths

    @cached_property
    def configuration(self) -> Configuration:
        """Return the settings; raise InvalidInput."""
        return settings.load(self.paths)

    @cached_property
    def keys(self) -> KeyStore:
        """Return the signing keys."""
        return KeyStore(self.paths)

    @cached_property
    def credentials(self) -> Credentials | None:
        """Return the key of the arena, None before there is one."""
        return credentials.load(self.paths)

    @property
    def url(self) -> str:
        """Return the address of the arena; raise AgentError when nobody has said it."""
        known = self.credentials.url if self.credentials else None
        url = self.configuration.arena_url or known
        if url is None:
            raise AgentError(
                "no-url",
                "nobody has said where the arena is",
                remedy="arena-runner login --url https://..., or --offline",
            )
        return url

    @property
    def runner_id(self) -> UUID:
        """Return how the arena calls this machine; raise NotRegistered."""
        if self.configuration.runner_id is None:
            raise NotRegistered
        return self.configuration.runner_id

    def runner_id_or_new(self) -> UUID:
        """Return the machine's id, drawn now for one that has never met an arena."""
        known = self.configuration.runner_id or self.configuration.offline_runner_id
        if known is not None:
            return known
        drawn = uuid4()
        self.change(self.configuration.model_copy(update={"offline_runner_id": drawn}))
        return drawn

    def client(self, *, attempts: int = 5) -> ArenaClient:
        """Return the arena with its key; raise NotSignedIn, or ArenaError for a bad address."""
        known = self.credentials
        if known is None:
            raise NotSignedIn
        if known.url is not None and known.url.rstrip("/") != self.url.rstrip("/"):
            # A key goes to the arena that gave it, and nowhere else.
            raise AgentError(
                OTHER_ARENA,
                "the key of this machine is of another arena than the configured one",
                remedy="arena-runner login",
            )
        return ArenaClient(Transport(self.url, token=known.api_key, attempts=attempts))

    def stranger(self, url: str) -> ArenaClient:
        """Return an arena without a key, to sign in."""
        return ArenaClient(Transport(url))

    def change(self, configuration: Configuration) -> None:
        """Keep other settings."""
        settings.store(self.paths, configuration)
        self.__dict__["configuration"] = configuration
