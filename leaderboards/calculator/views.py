"""The page of the calculator: a form and its answer, complete without JavaScript."""

from typing import Final

from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from benchmarks.sovereignty import profiles
from leaderboards.calculator import csv_file, fallen
from leaderboards.calculator.answer import Answer, answer
from leaderboards.calculator.inputs import LEVELS
from leaderboards.cost.board import choices
from leaderboards.cost.mixes import mixes
from leaderboards.cost.parameters import DEFAULT_MONTHS
from leaderboards.cost.reading import BadParameter
from leaderboards.exports.answers import kept

SHORTLISTED: Final = 50
"""Candidates on the page, the cheapest, as a pack holds them; the CSV has all."""


@require_safe
def calculator(request: TenantRequest) -> HttpResponse:
    """Answer what the URL asks; 400 with what is allowed for a parameter that is not."""
    found = _answered(request)
    costed = found.shortlist.costed
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
        # An offer typed in is shown wherever it stands.
        "candidates": [
            item
            for place, item in enumerate(costed)
            if place < SHORTLISTED or item.deployment is None
        ],
        "candidate_count": len(costed),
        "fallen": fallen.of_shortlist(found.shortlist),
        "csv_url": f"{reverse('calculator_csv')}?{found.wish.query}",
        "pack_url": f"{reverse('procurement')}?{found.wish.shortlist_query}",
        "share_url": request.build_absolute_uri(f"{reverse('calculator')}?{found.wish.query}"),
        "json_url": f"{reverse('api-1:read_calculator')}?{found.wish.query}",
    }
    return render(request, "leaderboards/calculator.html", context)


@require_safe
def calculator_csv(request: TenantRequest) -> HttpResponseBase:
    """Answer every deployment of the shortlist and every one that is left out."""
    found = _answered(request)
    url = request.build_absolute_uri(f"{reverse('calculator')}?{found.wish.query}")
    return kept(
        request, csv_file.render(found, url=url), "text/csv; charset=utf-8",
        file_name=f"{request.tenant.slug}-shortlist.csv",
    )  # fmt: skip


def _answered(request: TenantRequest) -> Answer:
    try:
        return answer(tenant=request.tenant, query=request.GET.dict())
    except BadParameter as error:
        raise BadRequest(str(error)) from error
