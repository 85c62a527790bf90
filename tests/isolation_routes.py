"""Every route of the site, and paths of them."""

import re
from collections.abc import Iterator

from django.urls import URLResolver, get_resolver

_NAMED_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> list[str]:
    """Return every route of the site, parameters as `<name>`."""
    return sorted({_CONVERTED.sub(r"<\1>", route) for route in _walk(get_resolver(), "")})


def parameter_names(route: str) -> set[str]:
    """Return the names of a route's parameters."""
    return set(_CONVERTED.findall(route))


def path_of(route: str, values: dict[str, str]) -> str:
    """Return the path of a route with these values in it, without a leading slash."""
    return _CONVERTED.sub(lambda match: values[match[1]], route)


def _walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = _NAMED_GROUP.sub(r"<\1>", str(entry.pattern)).lstrip("^").rstrip("$")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, prefix + route)
        else:
            yield prefix + route
