"""The page of a board's composite scores, complete without JavaScript."""

from functools import cache, partial
from typing import Final, cast

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from leaderboards import choices, composite, scores
from leaderboards.chips import of_filters
from leaderboards.draws import DRAWS
from leaderboards.facets import place
from leaderboards.figures import KINDS, Kinds
from leaderboards.machines import machines
from leaderboards.presentation import Setting
from leaderboards.presets import DEFAULT, LETTERS, Preset, Weights, WeightsError, read_weights
from leaderboards.presets import presets as shipped_presets
from leaderboards.scores import PER, UNIT_PER, Cohort, Per
from leaderboards.views import shown_board

_SHAPES: Final = (("elo", "●"), ("speed", "▲"), ("cost", "■"))


@require_safe
def board_scores(request: TenantRequest, slug: str) -> HttpResponse:
    """Show the composite scores of a board; the address holds preset or weights, per, figures.

    The cohort are the rows that search and facets leave, as on the table. Raises 404 for an unknown
    board and 400, with what is allowed, for any other bad value.
    """
    known = cache(partial(place.read, tenant=request.tenant))
    found = shown_board(request, slug, known)
    table, view, rows = found.table, found.view, found.rows
    preset, weights = _weights(request)
    kinds = cast(Kinds, choices.one_of(request, "figures", KINDS, default="measured"))
    per = cast(Per, choices.one_of(request, "per", PER, default="memory"))
    shown = scores.score_rows(
        rows,
        found.all_columns,
        Cohort(weights=weights, per=per, kinds=kinds),
        machines(tenant=request.tenant),
        Setting(board=slug),
    )
    weighed = {"preset": preset.slug} if preset else {"weights": request.GET["weights"]}
    own = {"per": per, "figures": kinds}
    context = {
        "table": table,
        "rows": shown,
        "scored_count": sum(row.scored.score is not None for row in shown),
        "preset": preset,
        "presets": shipped_presets(),
        "preset_links": [
            (one, choices.address({"preset": one.slug, **own}, view.canonical))
            for one in shipped_presets().presets
        ],
        "dimensions": [
            {"letter": letter, "title": title, "weight": weight, "css": css, "shape": shape}
            for letter, title, weight, (css, shape) in zip(
                LETTERS, scores.DIMENSIONS, weights, _SHAPES, strict=True
            )
        ],
        "weights_text": ",".join(
            f"{letter}:{weight:g}" for letter, weight in zip(LETTERS, weights, strict=True)
        ),
        "per": per,
        "pers": PER,
        "unit_per": UNIT_PER[per],
        "kinds": KINDS,
        "chosen_kinds": kinds,
        "view": view,
        "chips": of_filters(view, table.rows, known(), own=choices.address(weighed | own)[1:]),
        "draws": DRAWS,
        "top_above": composite.TOP_ABOVE,
        "bottom_below": composite.BOTTOM_BELOW,
        "version": composite.VERSION,
        "claims_address": choices.address(
            {**weighed, "per": per, "figures": "claims"}, view.canonical
        ),
        "clear": reverse("board_scores", args=[slug]),
    }
    return render(request, "leaderboards/scores.html", context)


def _weights(request: TenantRequest) -> tuple[Preset | None, Weights]:
    """Return the preset, or None for a reader's own weights, and the weights."""
    by_slug = shipped_presets().by_slug
    own = request.GET.get("weights", "")
    if not own:
        preset = by_slug[choices.one_of(request, "preset", by_slug, default=DEFAULT)]
        return preset, preset.weights
    if request.GET.get("preset"):
        raise BadRequest("preset and weights: give one of them. Presets: " + ", ".join(by_slug))
    try:
        return None, read_weights(own)
    except WeightsError as error:
        raise BadRequest(f"weights={own[:80]}: {error}. Presets: {', '.join(by_slug)}.") from error
