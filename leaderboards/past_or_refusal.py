"""A board of the past for a page, or the answer that says why there is none."""

from django.http import Http404

import voting.queries
from arena.parameters import BadChoice
from arena.tenancy.middleware import TenantRequest
from leaderboards import past
from leaderboards.moments import BadMoment
from leaderboards.past import PastBoard


def past_or_refusal(request: TenantRequest, slug: str, moment: str) -> PastBoard | None:
    """Return the board as it was at a moment, None for now; 404, 400 with what is allowed, 503."""
    if not moment:
        return None
    try:
        return past.board_at(tenant=request.tenant, board=slug, text=moment)
    except voting.queries.UnknownBoard as error:
        raise Http404(str(error)) from error
    except BadMoment as error:
        raise BadChoice("as_of", str(error)) from error
