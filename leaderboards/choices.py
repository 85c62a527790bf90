"""What the address of a view chooses, and what its refusal allows."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest

import voting.queries
from arena.tenancy.models import Tenant
from leaderboards import queries
from leaderboards.queries import BoardTable
from leaderboards.views import QUERY_MAX_CHARACTERS


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
        raise BadRequest(f"{name}={value[:80]}: no such choice. Allowed: {', '.join(known)}.")
    return value


def some_of(request: HttpRequest, name: str, allowed: Iterable[str]) -> frozenset[str]:
    """Return the values of a parameter that is given several times, or with commas between."""
    known = list(allowed)
    given = {part for text in request.GET.getlist(name) for part in text.split(",") if part.strip()}
    for value in sorted(given - set(known)):
        raise BadRequest(f"{name}={value[:80]}: no such choice. Allowed: {', '.join(known)}.")
    return frozenset(given)


def search_text(request: HttpRequest) -> str:
    """Return what the rows shown are searched for."""
    return request.GET.get("q", "").strip()[:QUERY_MAX_CHARACTERS]


def address(parameters: Mapping[str, str | Iterable[str]]) -> str:
    """Return the query string of parameters, the empty ones left out."""
    return "?" + urlencode({name: value for name, value in parameters.items() if value}, True)
