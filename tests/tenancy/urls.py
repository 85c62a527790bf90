"""Pages that say where they think they are: one sync, one async, one that streams."""

import asyncio
from collections.abc import AsyncIterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse

from arena.tenancy.middleware import TenantRequest


def _where(request: TenantRequest) -> dict[str, str]:
    return {
        "tenant": request.tenant.slug,
        "path": request.path,
        "path_info": request.path_info,
        "reverse": reverse("sync_page", kwargs={"slug": "text"}),
        "absolute": request.build_absolute_uri(),
    }


def sync_page(request: TenantRequest, slug: str) -> HttpResponse:
    return JsonResponse(_where(request))


async def async_page(request: TenantRequest, slug: str) -> HttpResponse:
    before = _where(request)
    await asyncio.sleep(0.01)
    assert _where(request) == before
    return JsonResponse(before)


async def streamed_page(request: TenantRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[str]:
        for _ in range(3):
            await asyncio.sleep(0.005)
            yield reverse("sync_page", kwargs={"slug": "text"}) + "\n"

    return StreamingHttpResponse(parts())


def go(request: HttpRequest) -> HttpResponse:
    return redirect("sync_page", slug="text")


urlpatterns = [
    path("sync/<slug:slug>/", sync_page, name="sync_page"),
    path("async/<slug:slug>/", async_page, name="async_page"),
    path("streamed/", streamed_page, name="streamed_page"),
    path("go/", go, name="go"),
    path("account/", include("arena.accounts.urls")),
    path("accounts/", include("allauth.urls")),
]
handler404 = "tests.tenancy.urls.not_found"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(f"No page here. {reverse('go')}", status=404, content_type="text/plain")
