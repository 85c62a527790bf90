"""Short permalinks: a code in the address leads to the view of a board that it stands for."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

import voting.queries
from arena.tenancy.middleware import TenantRequest
from leaderboards import permalinks


@require_safe
def permalink(request: TenantRequest, code: str) -> HttpResponse:
    """Lead to the view; its page checks every parameter.

    Raises 404 for what is no code, and for that of a board that this arena has not.
    """
    try:
        board, query = permalinks.view_of(code)
        voting.queries.board(tenant=request.tenant, slug=board)
    except permalinks.BadCode as error:
        raise Http404(str(error)) from error
    except voting.queries.UnknownBoard as error:
        # Not in its words: the name of a board is all that a code of another arena tells.
        raise Http404("no board of this arena has this code") from error
    return redirect(f"{reverse('board', args=[board])}?{query}")
