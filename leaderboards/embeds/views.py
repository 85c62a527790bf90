"""What other sites show of a board: badges, a page for a frame, and oEmbed to find it."""

import json
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from csp.constants import NONE, SELF
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena.parameters import no_such
from arena.tenancy.middleware import TenantRequest
from leaderboards import model_page, presentation, queries
from leaderboards.embeds.badge import badge
from leaderboards.exports.answers import FIVE_MINUTES, kept
from leaderboards.model_page import Standing
from leaderboards.presentation import SectionView, Setting
from leaderboards.templatetags.numbers import moment, number
from leaderboards.views import shown_board
from voting.queries import UnknownBoard
from workers.views.runners import COUNTED_MAX, public_runner, published_by_name

ROWS: Final = 10
"""Of the board that a frame shows; a link below leads to all of them."""
_WIDTH_PX: Final = 720
_HEIGHT_PX: Final = 480
_SVG: Final = "image/svg+xml"


@require_safe
def board_badge(request: TenantRequest, slug: str) -> HttpResponseBase:
    """Answer how many models and votes a board has; 404 for an unknown one."""
    table = shown_board(request, slug).table
    says = f"{number(table.model_count)} models, {number(table.vote_count)} votes"
    title = f"{table.info.name}: {says}, position {table.position}, {moment(table.as_of)}"
    picture = badge(table.info.name, says, title=title)
    return kept(request, picture, _SVG, caching=FIVE_MINUTES)


@require_safe
def model_badge(request: TenantRequest, slug: str) -> HttpResponseBase:
    """Answer the Elo of a model with its interval on the first board that rates it, or `?board=`.

    Raises 404 for an unknown model, 400 for a board that does not list it.
    """
    try:
        info = benchmarks.queries.model(tenant=request.tenant, slug=slug)
    except benchmarks.queries.UnknownModel as error:
        raise Http404(str(error)) from error
    standings = model_page.standings(queries.model_rows(tenant=request.tenant, model_slug=slug))
    board = request.GET.get("board")
    if board is not None:
        listed = [standing.info.slug for standing in standings]
        if board not in listed:
            raise no_such("board", board, listed)
        standings = [standing for standing in standings if standing.info.slug == board]
    rated = next((standing for standing in standings if standing.is_rated), None)
    says = _rating(rated) if rated else "not rated"
    title = f"{info.name}: {says}"
    if rated:
        title += (
            f", 95 % interval {rated.bounds}, {rated.votes.text} votes on {rated.info.name}, "
            f"{moment(rated.as_of)}"
        )
    return kept(request, badge(info.name, says, title=title), _SVG, caching=FIVE_MINUTES)


@require_safe
def runner_badge(request: TenantRequest, runner_id: UUID) -> HttpResponseBase:
    """Answer how many runs of a machine are published by name; 404 for one that is not public."""
    info = public_runner(tenant=request.tenant, runner_id=runner_id)
    found = published_by_name(tenant=request.tenant, runner_id=runner_id)
    more = "+" if len(found) == COUNTED_MAX else ""
    says = f"{number(len(found))}{more} published run{'' if len(found) == 1 else 's'}"
    title = f"{info.name}: {says}"
    if found:
        title += f", the newest asked for {moment(found[0].requested_at)}"
    return kept(request, badge(info.name, says, title=title), _SVG, caching=FIVE_MINUTES)


def _rating(standing: Standing) -> str:
    return f"Elo {standing.rating.text} {standing.rating.plus_minus}"


@require_safe
def frame(request: TenantRequest, slug: str) -> HttpResponse:
    """Show the first rows of a board's view on a page that other sites may frame.

    Only the pages of public arenas may stand in a frame, and only this one. It has no script, no
    form and no cookie to misuse. Raises what the board's page raises.
    """
    shown = shown_board(request, slug)
    first = {key: rows[:ROWS] for key, rows in presentation.in_sections(shown.rows[:ROWS]).items()}
    parts: list[SectionView] = presentation.sections(
        first, shown.table.columns, Setting(board=slug), tiers=False
    )
    context = {
        "table": shown.table,
        "sections": [part for part in parts if part.rows],
        "shown": min(ROWS, len(shown.rows)),
        "rows": len(shown.rows),
        "parameters": shown.parameters,
    }
    response = render(request, "leaderboards/embed.html", context)
    is_public = request.tenant.is_public
    # Read by django-csp and by Django's XFrameOptionsMiddleware on the way out.
    response._csp_replace = _frame_policy(is_public=is_public)  # type: ignore[attr-defined]
    response.xframe_options_exempt = is_public
    return response


def _frame_policy(*, is_public: bool) -> dict[str, list[str]]:
    # All directives of the settings: django-csp keeps those that are not named here.
    return {
        "default-src": [NONE],
        "script-src": [NONE],
        "connect-src": [NONE],
        "font-src": [NONE],
        "manifest-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": ["*"] if is_public else [NONE],
    }


@require_safe
def oembed(request: TenantRequest) -> HttpResponseBase:
    """Answer how to embed the board at `?url=` (oEmbed 1.0, JSON): a frame of the given size.

    `maxwidth` and `maxheight` are pixels. Raises 404 for what is no board of this arena or where
    the arena is private, 400 for a size that is no number; 501 for a format other than JSON.
    """
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Only format=json is spoken here.\n", "text/plain", status=501)
    if not request.tenant.is_public:
        raise Http404("A private arena is not embedded.")
    slug, query = _board_of(request)
    width, height = _size(request, "maxwidth", _WIDTH_PX), _size(request, "maxheight", _HEIGHT_PX)
    try:
        info = queries.board_table(tenant=request.tenant, board=slug).info
    except UnknownBoard as error:
        raise Http404(str(error)) from error
    source = request.build_absolute_uri(reverse("board_embed", args=[slug]))
    html = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>',
        f"{source}?{query}" if query else source, width, height, info.name,
    )  # fmt: skip
    content: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": info.name,
        "provider_name": request.tenant.name,
        "provider_url": request.build_absolute_uri(reverse("board_list")),
        "cache_age": 300,
        "width": width,
        "height": height,
        "html": html,
    }
    body = json.dumps(content, ensure_ascii=False).encode()
    return kept(request, body, "application/json", caching=FIVE_MINUTES)


def _board_of(request: TenantRequest) -> tuple[str, str]:
    """Return slug and query string of the board's page that `?url=` names."""
    text = request.GET.get("url", "")
    if not text:
        raise BadRequest("url is missing: give the address of a board's page.")
    try:
        asked = urlsplit(text)
        match = resolve("/" + asked.path.removeprefix(get_script_prefix()))
    except (ValueError, Resolver404) as error:
        raise Http404("No board stands at this address.") from error
    is_here = asked.scheme in {"http", "https"} and asked.netloc == request.get_host()
    is_inside = asked.path.startswith(get_script_prefix())
    if not (is_here and is_inside and match.url_name == "board"):
        raise Http404("No board stands at this address.")
    return match.kwargs["slug"], asked.query


def _size(request: TenantRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, str(usual))
    if not (text.isascii() and text.isdecimal() and 1 <= len(text) <= 5 and int(text) > 0):
        raise BadRequest(f"{name}={text}: not a number of pixels from 1 to 99999.")
    return min(usual, int(text))
