"""A board of the past for a page, or the answer that says why there is none."""

from django.core.exceptions import BadRequest
from django.http import Http404

import voting.queries
from arena.tenancy.middleware import TenantRequest
from leaderboards import past
from leaderboards.moments import BadMoment
from leaderboards.past import PastBoard


def past_or_refusal(request: TenantRequest, slug: str, moment: str) -> PastBoard:
    """Return the board as it was at a moment; 404, 400 with what is allowed, or 503."""
    try:
        return past.board_at(tenant=request.tenant, board=slug, text=moment)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    except BadMoment as error:
        raise BadRequest(str(error)) from error
