"""The page of a board's composite scores, complete without JavaScript."""

from collections.abc import Sequence
from typing import Final, cast

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from benchmarks.quality import Suite, suites
from leaderboards import choices, composite, scores
from leaderboards.board_page import footer, of_moment
from leaderboards.chips import of_filters
from leaderboards.draws import DRAWS
from leaderboards.figures import KINDS, Kinds
from leaderboards.order_change import smallest_change
from leaderboards.presentation import Setting
from leaderboards.presets import DEFAULT, LETTERS, Preset, Weights, WeightsError, read_weights
from leaderboards.presets import presets as shipped_presets
from leaderboards.quality.columns import column_key
from leaderboards.scores import PER, RATING, UNIT_PER, Cohort, Per, ScoreRow
from leaderboards.views import shown_board

_SHAPES: Final = (("speed", "▲"), ("cost", "■"))
_RATED: Final = ("elo", "●")
_SCORED: Final = ("quality", "★")


@require_safe
def board_scores(request: TenantRequest, slug: str) -> HttpResponse:
    """Show the composite scores of a board.

    The address holds preset or weights, per, figures, and quality: the rating, or a suite.

    The cohort are the rows that search and facets leave, as on the table. Raises 404 for an unknown
    board and 400, with what is allowed, for any other bad value.
    """
    found = shown_board(request, slug)
    table, view, rows = found.table, found.view, found.rows
    preset, weights = _weights(request)
    kinds = cast(Kinds, choices.one_of(request, "figures", KINDS, default="measured"))
    per = cast(Per, choices.one_of(request, "per", PER, default="memory"))
    suite = _suite(request)
    quality = column_key(suite) if suite else RATING
    shown = scores.score_rows(
        rows,
        found.all_columns,
        Cohort(weights=weights, per=per, kinds=kinds, quality=quality),
        found.machines(request.tenant),
        Setting(board=slug, query=found.kept),
    )
    shapes = (_SCORED if suite else _RATED, *_SHAPES)
    weighed = {"preset": preset.slug} if preset else {"weights": request.GET["weights"]}
    own = {"per": per, "figures": kinds, "quality": suite.slug if suite else ""}
    whole_own = choices.query({**weighed, **own})
    context = {
        "table": table,
        "rows": shown,
        "order_change": _order_change(shown, weights),
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
                LETTERS, scores.DIMENSIONS, weights, shapes, strict=True
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
        "chips": of_filters(found, own=whole_own),
        "suite": suite,
        "suites": suites().with_column,
        "draws": DRAWS,
        "top_above": composite.TOP_ABOVE,
        "bottom_below": composite.BOTTOM_BELOW,
        "version": composite.VERSION,
        "claims_address": choices.address(
            {**weighed, "per": per, "figures": "claims"}, view.canonical
        ),
        **footer(found),
        **of_moment(found, whole_own),
        "clear": reverse("board_scores", args=[slug]),
    }
    return render(request, "leaderboards/scores.html", context)


def _order_change(rows: Sequence[ScoreRow], weights: Weights) -> dict[str, object] | None:
    """Return in words what would make another row lead; None where no weight can, or none leads."""
    if not rows or rows[0].scored.score is None:
        return None
    change = smallest_change(weights, [row.scored.norms for row in rows], leader=0)
    if change is None:
        return None
    return {
        "title": scores.DIMENSIONS[change.dimension],
        "weight": change.weight,
        "was": change.was,
        "leader": rows[0].row,
        "challenger": rows[change.challenger].row,
    }


def _suite(request: TenantRequest) -> Suite | None:
    """Return the suite that Q is a score on; None for the rating of the board."""
    known = {suite.slug: suite for suite in suites().with_column}
    return known.get(choices.one_of(request, "quality", [RATING, *known], default=RATING))


def _weights(request: TenantRequest) -> tuple[Preset | None, Weights]:
    """Return the preset, or None for a reader's own weights, and the weights.

    The form sends both: weights that are no longer those of the preset are the reader's own.
    """
    by_slug = shipped_presets().by_slug
    preset = by_slug[choices.one_of(request, "preset", by_slug, default=DEFAULT)]
    own = request.GET.get("weights", "")
    if not own:
        return preset, preset.weights
    try:
        weights = read_weights(own)
    except WeightsError as error:
        raise BadRequest(f"weights={own[:80]}: {error}. Presets: {', '.join(by_slug)}.") from error
    is_named = bool(request.GET.get("preset")) and weights == preset.weights
    return preset if is_named else None, weights
