"""What the address of a view chooses, and what its refusal allows."""

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

import voting.queries
from arena.parameters import no_such, one_of
from arena.tenancy.models import Tenant
from leaderboards import queries
from leaderboards.queries import BoardTable

__all__ = [
    "QUERY_MAX_CHARACTERS", "address", "one_of", "query", "search_text", "some_of", "table_or_404"
]  # fmt: skip

QUERY_MAX_CHARACTERS: Final = 100


def table_or_404(*, tenant: Tenant, slug: str) -> BoardTable:
    """Return a board as last computed; raise Http404 where there is none of that name."""
    try:
        return queries.board_table(tenant=tenant, board=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error


def some_of(request: HttpRequest, name: str, allowed: Iterable[str]) -> frozenset[str]:
    """Return the values of a parameter that is given several times, or with commas between."""
    known = list(allowed)
    given = {part for text in request.GET.getlist(name) for part in text.split(",") if part.strip()}
    for value in sorted(given - set(known)):
        raise no_such(name, value, known)
    return frozenset(given)


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
