"""The page of the calculator: a form and its answer, complete without JavaScript."""

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from benchmarks.sovereignty import profiles
from leaderboards.calculator.answer import answer
from leaderboards.calculator.inputs import LEVELS
from leaderboards.cost.board import choices
from leaderboards.cost.mixes import mixes
from leaderboards.cost.parameters import DEFAULT_MONTHS
from leaderboards.cost.reading import BadParameter


@require_safe
def calculator(request: TenantRequest) -> HttpResponse:
    """Answer what the URL asks; 400 with what is allowed for a parameter that is not."""
    try:
        found = answer(tenant=request.tenant, query=request.GET.dict())
    except BadParameter as error:
        raise BadRequest(str(error)) from error
    context = {
        "answer": found,
        "wish": found.wish,
        "stated": found.wish.stated,
        "split": found.wish.split.stated if found.wish.split else {},
        "mixes": mixes().mixes,
        "currency": found.wish.costs.currency,
        "choices": choices(),
        "default_months": DEFAULT_MONTHS,
        "profiles": profiles().profiles,
        "levels": LEVELS,
        "pack_url": f"{reverse('procurement')}?{found.wish.shortlist_query}",
        "share_url": request.build_absolute_uri(f"{reverse('calculator')}?{found.wish.query}"),
        "json_url": f"{reverse('api-1:read_calculator')}?{found.wish.query}",
    }
    return render(request, "leaderboards/calculator.html", context)
