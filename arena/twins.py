"""Twins in Markdown of pages, by `.md` or by `Accept: text/markdown`, and `/llms.txt`."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

import benchmarks.queries
from arena import pages
from arena.tenancy.middleware import TenantRequest
from leaderboards import deployment_views, queries, views
from leaderboards.exports.answers import kept
from leaderboards.exports.markdown import escaped
from leaderboards.exports.page_markdown import markdown_of
from voting.queries import boards

MARKDOWN = "text/markdown"
_CONTENT_TYPE = f"{MARKDOWN}; charset=utf-8"
View = Callable[..., HttpResponseBase]


def negotiated(page: View, twin: View) -> View:
    """Return a view that answers with the twin where the client prefers Markdown to HTML."""

    @wraps(page)
    def view(request: HttpRequest, *args: Any, **parameters: Any) -> HttpResponseBase:
        is_asked = request.get_preferred_type(["text/html", MARKDOWN]) == MARKDOWN
        response = (twin if is_asked else page)(request, *args, **parameters)
        patch_vary_headers(response, ["Accept"])
        return response

    return view


@require_safe
def model(request: TenantRequest, slug: str) -> HttpResponseBase:
    """Answer the page of a model in Markdown; 404 for an unknown one."""
    return _twin(request, views.model(request, slug))


@require_safe
def deployment(request: TenantRequest, deployment: str) -> HttpResponseBase:
    """Answer the page of a deployment in Markdown; 404 for an unknown one."""
    return _twin(request, deployment_views.deployment(request, deployment))


@require_safe
def method(request: TenantRequest) -> HttpResponseBase:
    """Answer the page on the method in Markdown."""
    return _twin(request, pages.method(request))


@require_safe
def llms(request: TenantRequest) -> HttpResponseBase:
    """Answer what language models should read of this arena, as llmstxt.org describes it."""
    return kept(request, ("\n".join(_lines(request)) + "\n").encode(), _CONTENT_TYPE)


def _twin(request: TenantRequest, page: HttpResponse) -> HttpResponseBase:
    return kept(request, markdown_of(page.content.decode()).encode(), _CONTENT_TYPE)


def _lines(request: TenantRequest) -> Iterator[str]:
    def link(title: str, name: str, *args: str) -> str:
        address = request.build_absolute_uri(reverse(name, args=args))
        return f"- [{escaped(title)}]({address})"

    tenant = request.tenant
    position = max((entry[1] for entry in queries.positions(tenant=tenant)), default=0)
    yield f"# {escaped(tenant.name)}"
    yield ""
    yield "> Ratings of language models from blind votes, beside measured speed and marked claims."
    yield ""
    yield (
        f"Boards as of position {position} of the log. Figures of different boards are not "
        "comparable. Claims are stated by others, marked, and never ranked. Every figure has a "
        "unit, and a missing one a reason."
    )
    yield from ("", "## Boards", "")
    for info in boards(tenant=tenant):
        yield f"{link(info.name, 'board_md', info.slug)}: {escaped(info.question)}"
    yield from ("", "## How the numbers are made", "", link("Method", "method_md"))
    yield link("The log: every event, newest first", "log")
    yield link("Description of the REST interface", "api-1:openapi-json")
    yield from ("", "## Optional", "")
    for entry in benchmarks.queries.models(tenant=tenant):
        yield link(entry.name, "model_md", entry.slug)
