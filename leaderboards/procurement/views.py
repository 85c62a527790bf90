"""The pack of a query as page, PDF and CSV; freezing it; and the pack as it was frozen."""

from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from arena import rates
from arena.accounts.permissions import MemberRequest, require_role
from arena.eventstore.domain import DomainError
from arena.tenancy.middleware import TenantRequest
from leaderboards.calculator.fallen import Fallen, groups
from leaderboards.cost.reading import BadParameter
from leaderboards.exports.answers import kept
from leaderboards.procurement import csv_file, freezing, making, pdf, words
from leaderboards.procurement.contents import Pack, id_of, to_bytes
from leaderboards.procurement.freezing import Frozen, UnknownPack

FILES_A_MINUTE: Final = 12
"""Of one client. A PDF of fifty candidates takes seconds to render."""
FROZEN_A_MINUTE: Final = 10
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_PDF: Final = "application/pdf"
_CSV: Final = "text/csv; charset=utf-8"


class SeeOther(HttpResponseRedirect):
    """Sends a browser from a form to the page that shows what became of it."""

    status_code = HTTPStatus.SEE_OTHER


class TooMany(HttpResponse):
    """Says when to come again."""

    status_code = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, what: str, seconds: int) -> None:
        super().__init__(f"{what} Wait {seconds} seconds.\n", content_type="text/plain")
        self["Retry-After"] = str(seconds)


@require_safe
def draft(request: TenantRequest) -> HttpResponse:
    """Show the pack of the calculator's query as the log says now, and offer to freeze it."""
    pack = _made(request)
    pack_id = id_of(to_bytes(pack))
    return _page(
        request, pack, pack_id, frozen=freezing.is_frozen(tenant=request.tenant, pack_id=pack_id)
    )


@require_safe
def draft_file(request: TenantRequest, ending: str) -> HttpResponseBase:
    """Answer the file that freezing now would answer, as PDF or CSV."""
    pack = _made(request)
    return _file(request, pack, id_of(to_bytes(pack)), ending)


@require_POST
@never_cache
@require_role()
def freeze(request: MemberRequest) -> HttpResponse:
    """Freeze the pack of the posted query for somebody signed in, and lead to its address."""
    if over := _over(f"pack:{request.user.actor_id}", FROZEN_A_MINUTE):
        return TooMany(f"That were {FROZEN_A_MINUTE} packs within a minute.", over)
    try:
        pack = making.make(tenant=request.tenant, query=request.POST.dict(), site=site_of(request))
        found, is_new = freezing.freeze(tenant=request.tenant, pack=pack)
    except (BadParameter, DomainError) as error:
        raise BadRequest(str(error)) from error
    words_of_it = "The pack is frozen." if is_new else "This very pack was frozen before."
    messages.success(request, f"{words_of_it} Its address and files stay as they are.")
    return SeeOther(reverse("procurement_pack", args=[found.pack_id]))


@require_safe
def frozen(request: TenantRequest, pack_id: str) -> HttpResponse:
    """Show a pack as it was frozen; 404 for an id that was never given out."""
    found = _found(request, pack_id)
    return _page(request, found.pack, found.pack_id, frozen=True)


@require_safe
def frozen_file(request: TenantRequest, pack_id: str, ending: str) -> HttpResponseBase:
    """Answer a frozen pack as PDF, CSV, or the JSON whose SHA-256 is its id."""
    found = _found(request, pack_id)
    if ending == "json":
        return kept(
            request, found.content, "application/json", caching=_FOR_EVER,
            file_name=_name(found.pack, pack_id, ending),
        )  # fmt: skip
    return _file(request, found.pack, pack_id, ending, caching=_FOR_EVER)


def site_of(request: HttpRequest) -> str:
    """Return the address of the arena's pages, without a slash at its end."""
    return request.build_absolute_uri(reverse("board_list")).rstrip("/")


def _made(request: TenantRequest) -> Pack:
    try:
        return making.make(tenant=request.tenant, query=request.GET.dict(), site=site_of(request))
    except BadParameter as error:
        raise BadRequest(str(error)) from error


def _found(request: TenantRequest, pack_id: str) -> Frozen:
    try:
        return freezing.frozen(tenant=request.tenant, pack_id=pack_id)
    except UnknownPack as error:
        raise Http404(str(error)) from error


def _file(
    request: TenantRequest, pack: Pack, pack_id: str, ending: str, *, caching: str = "no-cache"
) -> HttpResponseBase:
    """Render a file, unless the client has it or asks too often."""
    etag = quote_etag(f"{pack_id[:32]}-{ending}")
    if request.headers.get("If-None-Match") == etag:
        answer = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
    elif over := _over(f"pack-file:{rates.client_digest(request)}", FILES_A_MINUTE):
        return TooMany(f"That were {FILES_A_MINUTE} files within a minute.", over)
    else:
        is_pdf = ending == "pdf"
        renderer = pdf.render if is_pdf else csv_file.render
        answer = HttpResponse(
            renderer(pack, pack_id=pack_id), content_type=_PDF if is_pdf else _CSV
        )
        name = _name(pack, pack_id, ending)
        answer["Content-Disposition"] = f'{"inline" if is_pdf else "attachment"}; filename="{name}"'
    answer["ETag"] = etag
    answer["Cache-Control"] = caching if request.tenant.is_public else "private, no-store"
    return answer


def _name(pack: Pack, pack_id: str, ending: str) -> str:
    return f"{pack.arena}-procurement-{pack.position}-{pack_id[:12]}.{ending}"


def _over(account: str, limit: int) -> int | None:
    """Count one more; return the seconds to wait for whoever asks too often."""
    quota = rates.count(account, limit=limit)
    return quota.reset_seconds if quota is not None and quota.is_exceeded else None


def _page(request: TenantRequest, pack: Pack, pack_id: str, *, frozen: bool) -> HttpResponse:
    context: dict[str, Any] = {
        "pack": pack,
        "pack_id": pack_id,
        "frozen": frozen,
        "csv_url": (
            reverse("procurement_pack_csv", args=[pack_id])
            if frozen
            else f"{reverse('calculator_csv')}?{pack.query}"
        ),
        "left_out": groups(
            Fallen(item.name, item.label, item.model, item.deployment, item.reasons)
            for item in pack.left_out
        ),
        "left_out_count": len(pack.left_out) + pack.left_out_unlisted,
        "asked": words.asked(pack),
        "disclaimer": words.DISCLAIMER,
        "classes": words.classes(),
        "steps": words.recompute(pack, pack_id),
    }
    return render(request, "leaderboards/procurement.html", context)
