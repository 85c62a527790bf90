"""Pages of the site as a whole: the method, refusals, and what the footer of every page says."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from arena.eventstore.queries import events_after, log_head
from arena.tenancy.models import Tenant
from arena.worked_builds import worked_builds
from arena.worked_costs import worked_costs
from arena.worked_difference import worked_differences
from arena.worked_example import TEAMS, WINS, worked_example
from arena.worked_plan import worked_plan
from arena.worked_plane import worked_plane, worked_score
from arena.worked_quality import worked_quality
from arena.worked_speed import worked_speed
from leaderboards.board_fit import FORMULA_VERSION
from leaderboards.builds import LEAST_VOTES, LEVEL
from leaderboards.draws import DRAWS
from leaderboards.ratings import BASE, CONFIDENCE, MEAN_RATING, SCALE
from voting import pairing
from voting.events.boards import DEFAULT_PRELIMINARY_BELOW
from voting.text import categories, style


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """Say what every figure means, with an example computed by the code that rates the boards."""
    context = {
        "example": worked_example(),
        "teams": TEAMS,
        "wins": list(zip(TEAMS, WINS, strict=True)),
        "games": sum(map(sum, WINS)),
        "scale": SCALE,
        "base": BASE,
        "mean": MEAN_RATING,
        "confidence_percent": CONFIDENCE * 100,
        "preliminary_below": DEFAULT_PRELIMINARY_BELOW,
        "categories": categories.RULES,
        "criteria": categories.CRITERIA,
        "hard_at_least": categories.HARD_CRITERIA,
        "features": style.FEATURES,
        "floor_percent": pairing.FLOOR * 100,
        "difference_example": worked_differences(),
        "builds_example": worked_builds(),
        "builds_least": LEAST_VOTES,
        "builds_level": LEVEL,
        "plane_example": worked_plane(),
        "plane_draws": DRAWS,
        "score_example": worked_score(),
        "speed_example": worked_speed(),
        "costs": worked_costs(),
        "plan": worked_plan(),
        "quality": worked_quality(),
    }
    return render(request, "method.html", context)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 with the reason, where the refusal was written for people."""
    reason = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "400.html", {"reason": reason}, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without its token; `reason` is Django's."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def footer(request: HttpRequest) -> dict[str, Any]:
    """Return the newest event of the arena, read only when a page shows it, and the formula."""
    tenant: Tenant | None = getattr(request, "tenant", None)
    return {
        "log_head": SimpleLazyObject(lambda: _head(tenant)) if tenant else None,
        "formula_version": FORMULA_VERSION,
    }


def _head(tenant: Tenant) -> dict[str, Any]:
    position = log_head(tenant=tenant).position
    newest = events_after(tenant=tenant, position=position - 1, limit=1, types=None)
    return {"position": position, "recorded_at": newest[0].recorded_at if newest else None}
