"""Where the web server and the embedded provider listen, from the environment."""

import os
import socket
import time
from dataclasses import dataclass

from arena.embedded.errors import EmbeddedError

_PORT_MAX = 65535
_PORT_TIMEOUT_S = 2.0
_POLL_S = 0.25
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """The host to connect to from this machine; a wildcard is no destination."""
        return {"0.0.0.0": _LOOPBACK, "::": "::1"}.get(self.host, self.host)  # noqa: S104


def web_address() -> Address:
    """ARENA_HOST and ARENA_PORT; raises EmbeddedError for a port that is none."""
    return Address(host=os.environ.get("ARENA_HOST", _LOOPBACK), port=_port("ARENA_PORT", 8000))


def provider_address(web: Address) -> Address | None:
    """ARENA_PROVIDER_PORT, or the port after the web server's; None where ARENA_PROVIDER is off.

    It has no keys and no limits for strangers, so nobody outside this machine reaches it. Raises
    EmbeddedError for a port that is none and for a switch that says neither on nor off.
    """
    if not is_on("ARENA_PROVIDER"):
        return None
    port = _port("ARENA_PROVIDER_PORT", web.port + 1 if web.port < _PORT_MAX else web.port - 1)
    if port == web.port:
        raise EmbeddedError(
            f"ARENA_PORT and ARENA_PROVIDER_PORT are both {port}; each server needs its own."
        )
    return Address(host=_LOOPBACK, port=port)


def is_on(variable: str) -> bool:
    """Whether a switch is on, as it is by default; raises EmbeddedError for neither on nor off."""
    switch = os.environ.get(variable) or "on"
    if switch not in ("on", "off"):
        raise EmbeddedError(f"{variable}={switch!r}: write on or off.")
    return switch == "on"


def check_free(address: Address, *, otherwise: str) -> None:
    """Raise EmbeddedError when another program listens there; `otherwise` says what to do then."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    deadline = time.monotonic() + _PORT_TIMEOUT_S
    while True:
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address.host, address.port))
        except OSError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"Port {address.port} on {address.host} cannot be used: {error.strerror}. "
                    f"{otherwise}"
                ) from error
            time.sleep(_POLL_S)
        else:
            return


def another_port(web: Address) -> int:
    """A port to propose: the one after this is the embedded provider's."""
    return web.port + 2 if web.port + 2 < _PORT_MAX else web.port - 2


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) <= _PORT_MAX:
        raise EmbeddedError(f"{variable}={text!r} is no port; use a number from 1 to {_PORT_MAX}.")
    return int(text)
