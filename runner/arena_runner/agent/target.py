"""Where the model of a run is served: an address that this machine alone knows."""

import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from arena_runner.agent import files
from arena_runner.agent.configuration import Configuration
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.paths import Paths
from arena_runner.contract.manifest import Manifest
from arena_runner.contract.resolve import base_url as launched_url
from arena_runner.contract.resolve import served_model

API_KEY_VARIABLE: Final = "ARENA_ENGINE_API_KEY"
_MAX_KEPT: Final = 1_000


@dataclass(frozen=True)
class Target:
    """An OpenAI-compatible server; the key comes from the environment only."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)


def of_manifest(
    manifest: Manifest, *, configuration: Configuration, paths: Paths, base_url: str | None = None
) -> Target:
    """Return where a run measures; raise InvalidInput when nobody has said so.

    In this order: the address given, the one given when the run began here, the configured
    endpoint with the name of the model, the one called `default`. An engine that the agent starts
    listens on this machine.
    """
    recipe = manifest.recipe
    key = os.environ.get(API_KEY_VARIABLE) or None
    model = served_model(recipe, manifest.engine_argv)
    if recipe.endpoint is None:
        launched = launched_url(recipe, manifest.engine_argv)
        return Target(checked_url(launched or ""), model, key)
    named = (configuration.endpoints.get(name) for name in (model, "default"))
    known = (base_url, _known(paths).get(manifest.identity_sha256), *named)
    address = next((item for item in known if item), None)
    if address is None:
        raise InvalidInput(
            "no-endpoint",
            f"nobody has said where {model} is served",
            remedy="--endpoint http://127.0.0.1:8000, or keep it with"
            f" arena-runner config endpoints.{model} URL",
        )
    return Target(checked_url(address), model, key)


def remember(paths: Paths, manifest: Manifest, base_url: str) -> None:
    """Keep the address of a run for `resume` and for the daemon; the oldest make room."""
    known = _known(paths)
    known.pop(manifest.identity_sha256, None)
    known[manifest.identity_sha256] = checked_url(base_url)
    files.write_json(paths.targets, [list(item) for item in known.items()][-_MAX_KEPT:])


def checked_url(base_url: str) -> str:
    """Return the address in the form that is used; raise InvalidInput."""
    try:
        parts = urlsplit(base_url.strip())
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InvalidInput(
            "bad-endpoint", "the endpoint must be an address such as http://127.0.0.1:8000"
        )
    if parts.username or parts.password:
        raise InvalidInput(
            "bad-endpoint",
            "the endpoint's address must not hold a key",
            remedy=f"Set the key in the environment: {API_KEY_VARIABLE}",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _known(paths: Paths) -> dict[str, str]:
    try:
        return {str(name): str(url) for name, url in files.read_json(paths.targets) or ()}
    except (TypeError, ValueError):
        raise AgentError(
            "file-damaged", f"{paths.targets} is damaged", remedy="Move it away"
        ) from None
