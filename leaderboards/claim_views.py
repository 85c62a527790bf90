"""Pages of what others state: sources, doubts and arithmetic; every claim of one source."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena.parameters import no_such, position
from arena.tenancy.middleware import TenantRequest
from arena.tenancy.models import Tenant
from benchmarks import arithmetic
from leaderboards import claim_pages
from leaderboards.claim_pages import ClaimLine

CLAIMS_A_PAGE: Final = 200


@require_safe
def claims(request: TenantRequest) -> HttpResponse:
    """Show every source with its doubted claims and its arithmetic; `?source=` lists its claims.

    `?after=` a position shows those that follow it. Raises 400 for a source or position that
    there is not.
    """
    lines = _lines(request.tenant)
    sources = claim_pages.by_source(lines)
    key = request.GET.get("source", "")
    if key:
        chosen = next((source for source in sources if source.key == key), None)
        if chosen is None:
            raise no_such("source", key, (source.key for source in sources))
        found = claim_pages.of_source(lines, key)
        after = position(request, "after", least=0, default=0)
        following = [line for line in found if line.position > after]
        page = following[:CLAIMS_A_PAGE]
        context = {
            "source": chosen,
            "lines": page,
            "next_after": page[-1].position if len(following) > len(page) else None,
        }
        return render(request, "leaderboards/claims_of_source.html", context)
    context = {
        "sources": sources,
        "doubted": claim_pages.doubted(lines),
        "checks": claim_pages.check_lines(arithmetic.checks()),
    }
    return render(request, "leaderboards/claims.html", context)


def _lines(tenant: Tenant) -> list[ClaimLine]:
    deployments = {item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)}
    models = {item.slug: item for item in benchmarks.queries.models(tenant=tenant)}
    published = benchmarks.queries.external_values(tenant=tenant)
    return [
        *claim_pages.seed_lines(benchmarks.queries.seed_claims(tenant=tenant), deployments),
        *claim_pages.published_lines(published, deployments, models),
    ]
