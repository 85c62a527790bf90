"""Where the requests go: the endpoint's address and the name of the model there."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"http": 80, "https": 443}


class BadTargetError(ValueError):
    """The endpoint's address, model name or key cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An OpenAI-compatible endpoint, such as `http://127.0.0.1:8000/v1`.

    An address without a path means `/v1`. The key is sent as a bearer token and never shown.
    Raises BadTargetError.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.model:
            raise BadTargetError("model: is empty; name the model as the endpoint lists it")
        if self.api_key is not None and not (self.api_key.isascii() and self.api_key.isprintable()):
            raise BadTargetError("api_key: has characters that no HTTP header may have")
        address_of(self.base_url)


@dataclass(frozen=True, slots=True)
class Address:
    """A base URL taken apart. `path` is below which `/chat/completions` lies."""

    host: str
    port: int
    tls: bool
    path: str

    @property
    def host_header(self) -> str:
        """Return what the Host header says (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"
        )


def address_of(base_url: str) -> Address:
    """Return the parts of a base URL; raise BadTargetError."""
    if not (base_url.isascii() and base_url.isprintable()) or " " in base_url:
        raise BadTargetError("base_url: want printable ASCII without spaces")
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadTargetError(f"base_url: {error}") from error
    if parts.scheme not in _PORTS or not host:
        raise BadTargetError("base_url: want such as http://127.0.0.1:8000/v1")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadTargetError("base_url: want no user, query or fragment; a key goes into api_key")
    path = parts.path.rstrip("/") or "/v1"
    return Address(host, port or _PORTS[parts.scheme], parts.scheme == "https", path)
