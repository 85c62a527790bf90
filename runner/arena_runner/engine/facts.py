"""Which engine this is, by its own word: an image tag has been seen to lie about the version."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from arena_runner.engine import endpoint
from arena_runner.engine.endpoint import Connection, EndpointError, Target

_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class EngineFacts:
    """What the server says of itself; None for what it does not say."""

    engine: str | None
    """By the names that recipes use: vllm, sglang, llama.cpp, trtllm, ollama."""
    engine_version: str | None
    served_model: str | None
    """The name by which it serves the wanted model; None where its list lacks that."""
    served_models: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Page:
    """A page that only one engine has, and how to find the version on it."""

    engine: str
    path: str
    version: Callable[[dict[str, Any]], Any]


_PAGES: Final = (
    _Page("llama.cpp", "/props", lambda page: page.get("build_info")),
    _Page("sglang", "/get_server_info", lambda page: page.get("version")),
    _Page("ollama", "/api/version", lambda page: page.get("version")),
)
_OWNERS: Final = {
    "vllm": "vllm",
    "sglang": "sglang",
    "llamacpp": "llama.cpp",
    "tensorrt_llm": "trtllm",
    "library": "ollama",
}
"""`owned_by` in the list of models, as each engine fills it in."""


async def ask(target: Target) -> EngineFacts:
    """Ask the server; raise EndpointError when it does not answer or is no such server."""
    async with endpoint.connected(target, timeout_s=_TIMEOUT_S) as connection:
        listed = await _models(connection)
        names = tuple(str(entry.get("id", ""))[:200] for entry in listed)
        engine, version = await _engine(connection, listed)
        return EngineFacts(
            engine=engine,
            engine_version=version,
            served_model=_served(target.model, names),
            served_models=names,
        )


async def _models(connection: Connection) -> list[dict[str, Any]]:
    page = await connection.models()
    data = page.get("data") if isinstance(page, dict) else None
    if not isinstance(data, list):
        raise EndpointError("/v1/models lists no models: is this an OpenAI-compatible server?")
    return [entry for entry in data[:1000] if isinstance(entry, dict)]


async def _engine(
    connection: Connection, listed: list[dict[str, Any]]
) -> tuple[str | None, str | None]:
    owned_by = str(listed[0].get("owned_by", "")).lower() if listed else ""
    engine = _OWNERS.get(owned_by)
    for page in _PAGES:
        if engine not in (None, page.engine):
            continue
        found = await connection.page(page.path)
        version = _text(page.version(found)) if isinstance(found, dict) else None
        if version is not None:
            return page.engine, version
    # vLLM and TensorRT-LLM have the same page; so the list of models must name the engine.
    found = await connection.page("/version")
    version = _text(found.get("version")) if isinstance(found, dict) else None
    return engine, version


def _served(wanted: str, names: tuple[str, ...]) -> str | None:
    if wanted in names:
        return wanted
    # Ollama answers to `name` where its list says `name:latest`.
    return f"{wanted}:latest" if f"{wanted}:latest" in names else None


def _text(value: Any) -> str | None:
    return value[:120] if isinstance(value, str) and value else None
