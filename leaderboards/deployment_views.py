"""The page of one deployment: what it is, what was measured, what it costs, who controls it."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from benchmarks.queries import UnknownDeployment
from benchmarks.sovereignty import UnknownProfile, profile_called
from leaderboards import claim_pages, model_page, presentation
from leaderboards.columns import COLUMNS
from leaderboards.deployment_page import OnBoard, record
from leaderboards.presentation import Setting
from leaderboards.sources import today


@require_safe
def deployment(request: TenantRequest, deployment: str) -> HttpResponse:
    """Show all that is on record of a deployment; 404 for an unknown one.

    `?profile=` says whose sovereignty; 400 for one that does not exist.
    """
    try:
        profile = profile_called(request.GET.get("profile"))
        found = record(tenant=request.tenant, slug=deployment, on=today(), profile=profile)
    except UnknownProfile as error:
        raise BadRequest(str(error)) from error
    except UnknownDeployment as error:
        raise Http404(str(error)) from error
    of = {found.info.slug: found.info}
    context = {
        "found": found,
        "profile": profile,
        "boards": [{"on": item, "cells": _cells(item)} for item in found.boards],
        "claims": model_page.claims(found.values, of),
        "seed_lines": claim_pages.seed_lines(found.seeds, of),
        "micros": model_page.MICROS,
        "json_url": reverse("api-1:get_deployment", args=[found.info.slug]),
    }
    return render(request, "leaderboards/deployment.html", context)


def _cells(item: OnBoard) -> list[presentation.CellView]:
    """Return the figures that the row has, in words."""
    setting = Setting(board=item.info.slug)
    return [
        presentation.cell_view(item.row, column, setting)
        for column in COLUMNS
        if item.row["cells"][column.key]["value"] is not None
    ]
