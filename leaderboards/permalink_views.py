"""Short permalinks: a code in the address leads to the view of a board that it stands for."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from leaderboards import permalinks


@require_safe
def permalink(request: TenantRequest, code: str) -> HttpResponse:
    """Lead to the view; its page checks every parameter. Raises 404 for what is no code."""
    try:
        board, query = permalinks.view_of(code)
    except permalinks.BadCode as error:
        raise Http404(str(error)) from error
    return redirect(f"{reverse('board', args=[board])}?{query}")
