"""Ask for mail about boards, and stop it: on a page, or from the mail itself without signing in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

import voting.queries
from arena.accounts.models import Role
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from arena.notices import commands, queries
from arena.notices.commands.digests import BadToken, of_token
from arena.notices.commands.digests import stop as stop_digest
from arena.notices.forms import DigestForm
from arena.notices.managers import ROLES
from arena.notices.views.chosen import chosen_board


@never_cache
@require_http_methods(["GET", "POST"])
@require_role()
def digests(request: MemberRequest) -> HttpResponse:
    """List a person's digests here; let members ask for one. `?board=` is chosen at first."""
    tenant, user = request.tenant, request.user
    form = DigestForm(request.POST or None, tenant=tenant, chosen=chosen_board(request))
    if request.method == "POST" and form.is_valid():
        try:
            commands.subscribe(tenant=tenant, user=user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "You are mailed when something has happened.")
            return redirect("digests")
    names = {info.slug: info.name for info in voting.queries.boards(tenant=tenant)}
    context = {
        "form": form,
        "digests": [
            (digest, names.get(digest.board, digest.board))
            for digest in queries.digests(tenant=tenant, user=user)
        ],
        "is_verified": queries.has_verified_address(user),
        "has_webhooks": request.role in ROLES,
    }
    status = 400 if form.errors else 200
    return render(request, "notices/digests.html", context, status=status)


@require_POST
@require_role(*Role)
def stop(request: MemberRequest, digest_id: UUID) -> HttpResponse:
    """Stop one of a member's digests."""
    try:
        commands.unsubscribe(tenant=request.tenant, user=request.user, digest_id=digest_id)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The digest is stopped.")
    return redirect("digests")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop a digest from its mail. GET asks, since scanners of mail follow links; POST does it.

    Whoever holds the token may, without signing in: mail programs send the POST themselves
    (RFC 8058). Once more changes nothing. 404 for a token that this site never made.
    """
    try:
        digest = of_token(token)
    except BadToken as error:
        raise Http404(str(error)) from error
    if digest is not None and request.method == "POST":
        stop_digest(digest=digest)
        digest = None
    return render(request, "notices/unsubscribe.html", {"digest": digest})
