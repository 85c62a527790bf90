"""What the address of a view chooses, and what its refusal allows."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import queries
from leaderboards.queries import BoardTable

QUERY_MAX_CHARACTERS: Final = 100


class BadChoice(BadRequest):
    """A parameter of the address cannot be used; the message says what is allowed."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def table_or_404(*, tenant: Tenant, slug: str) -> BoardTable:
    """Return a board as last computed; raise Http404 where there is none of that name."""
    try:
        return queries.board_table(tenant=tenant, board=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error


def one_of(request: HttpRequest, name: str, allowed: Iterable[str], *, default: str) -> str:
    """Return a parameter of the address; raise BadRequest naming the values there are."""
    known = list(allowed)
    value = request.GET.get(name, default)
    if value not in known:
        raise BadChoice(name, _no_such(name, value, known))
    return value


def some_of(request: HttpRequest, name: str, allowed: Iterable[str]) -> frozenset[str]:
    """Return the values of a parameter that is given several times, or with commas between."""
    known = list(allowed)
    given = {part for text in request.GET.getlist(name) for part in text.split(",") if part.strip()}
    for value in sorted(given - set(known)):
        raise BadChoice(name, _no_such(name, value, known))
    return frozenset(given)


def _no_such(name: str, value: str, known: Iterable[str]) -> str:
    return f"{name}={value[:80]}: no such choice. Allowed: {', '.join(known)}."


def search_text(request: HttpRequest) -> str:
    """Return what the rows shown are searched for."""
    return request.GET.get("q", "").strip()[:QUERY_MAX_CHARACTERS]


def address(parameters: Mapping[str, str | Iterable[str]], kept: str = "") -> str:
    """Return the query string of parameters, the empty ones left out, and of what a view keeps."""
    return f"?{query(parameters, kept)}"


def query(parameters: Mapping[str, str | Iterable[str]], kept: str = "") -> str:
    """Return the same without its `?`: empty where nothing is chosen."""
    own = urlencode({name: value for name, value in parameters.items() if value}, True)
    return "&".join(filter(None, (own, kept)))
