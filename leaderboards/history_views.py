"""Pages that say how a board came to be as it is."""

from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import voting.queries
from arena.parameters import position
from arena.tenancy.middleware import TenantRequest
from leaderboards import history as fit_history
from leaderboards.causes import TooFarApart
from leaderboards.compared import compared
from leaderboards.moments import BadMoment

FITS_A_PAGE: Final = 50


@require_safe
def history(request: TenantRequest, slug: str) -> HttpResponse:
    """Show the fits of one board, newest first; `?before=` a position shows older ones."""
    try:
        info = voting.queries.board(tenant=request.tenant, slug=slug)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    before = position(request, "before", least=1, default=0)
    page = fit_history.fits(
        tenant=request.tenant,
        board=slug,
        before=before or None,
        limit=FITS_A_PAGE + 1,
    )
    shown = page[:FITS_A_PAGE]
    older = shown[-1].position if len(page) > FITS_A_PAGE else None
    return render(
        request, "leaderboards/history.html", {"info": info, "fits": shown, "older": older}
    )


@require_safe
def changes(request: TenantRequest, slug: str) -> HttpResponse:
    """Show what moved between `?from=` and `?to=`, positions or dates, and why.

    By default until now, since a day before the end. Raises 404 for an unknown board, 400 for a
    moment that is none of the board's or two that are too far apart.
    """
    since, until = request.GET.get("from", ""), request.GET.get("to", "")
    try:
        found = compared(tenant=request.tenant, board=slug, since=since, until=until)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    except (BadMoment, TooFarApart) as error:
        raise BadRequest(str(error)) from error
    context = {
        "found": found,
        "table": found.after,
        "since": since,
        "until": until,
        "rows": [(change, found.causes_of(change)) for change in found.rows],
        "came": sum(change.kind == "entered" for change in found.rows),
        "went": sum(change.kind == "left" for change in found.rows),
        "tiers": sum(change.has_tier_change for change in found.rows),
        "api_query": urlencode({"from": found.since, "to": found.until}, safe="@"),
    }
    return render(request, "leaderboards/changes.html", context)
