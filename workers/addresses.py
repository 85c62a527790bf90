"""Read the address of a server as hostile text, and refuse at once what could never be reached.

The guard that counts is the one at the socket (guarded_http.py); this one is for good messages.
"""

import contextlib
import socket

from yarl import URL

from workers.network import AllowList

_MAX_LENGTH = 500
_SUFFIXES = ("/chat/completions", "/")


def parsed(text: str) -> URL:
    """Return the base URL of an endpoint in its one spelling; raise ValueError."""
    clean = text.strip()
    for suffix in _SUFFIXES:
        clean = clean.removesuffix(suffix)
    url = web_address(clean)
    if url.query_string or url.fragment or "?" in clean or "#" in clean:
        raise ValueError("want the address without ? and #")
    return url


def web_address(text: str) -> URL:
    """Return any http or https address; raise ValueError saying what is wrong.

    yarl reads it because aiohttp connects with it: two parsers could see two hosts.
    """
    clean = text.strip()
    if len(clean) > _MAX_LENGTH or not clean.isprintable() or " " in clean or "\\" in clean:
        raise ValueError(f"want up to {_MAX_LENGTH} characters without blanks")
    try:
        url = URL(clean)
        port, host = url.port, url.host
    except ValueError:
        raise ValueError("this is no web address such as https://api.example.org/v1") from None
    if url.scheme not in ("http", "https"):
        raise ValueError("want an address that begins with http:// or https://")
    if not host or not port:
        raise ValueError("the host is missing; want an address such as https://api.example.org/v1")
    if url.user is not None or url.password is not None:
        raise ValueError("no user and password in the address; the key has a field of its own")
    return url


def refuse_private(url: URL, allow_list: AllowList) -> None:
    """Raise ValueError when the host leads to a private address that the arena may not reach.

    A name that cannot be resolved now is let through: it is checked again at every connection.
    """
    host, port = url.raw_host or "", url.port or 0
    guard = allow_list.guard(host, port)
    for address in _addresses(host, port):
        if not guard.permits(address, port):
            raise ValueError(
                "it leads to a private, loopback or link-local address; the operator can allow it"
                f" with: ./manage.py allow_target --tenant <arena> <address> --port {port}"
            )


def same_origin(one: URL, other: URL) -> bool:
    """Tell whether two addresses share scheme, host and port, so that a key may go along."""
    return one.origin() == other.origin()


def _addresses(host: str, port: int) -> list[str]:
    with contextlib.suppress(OSError, UnicodeError):
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(sockaddr[0]) for *_, sockaddr in found]
    return []
