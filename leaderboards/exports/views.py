"""Downloads of the view that a reader has of a board, in five formats."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from arena.tenancy.middleware import TenantRequest
from leaderboards.encoded import EncodedCache
from leaderboards.exports import csv_file, json_file, latex, markdown, parquet_file
from leaderboards.exports.answers import kept_file
from leaderboards.exports.document import Document
from leaderboards.sources import today
from leaderboards.views import shown_board


class Format(NamedTuple):
    """How a format is written; `is_saved` makes browsers save it as a file."""

    render: Callable[[Document], bytes]
    content_type: str
    is_saved: bool


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(csv_file.render, "text/csv; charset=utf-8", is_saved=True),
    "json": Format(json_file.render, "application/json", is_saved=False),
    "parquet": Format(parquet_file.render, "application/vnd.apache.parquet", is_saved=True),
    "md": Format(markdown.render, "text/markdown; charset=utf-8", is_saved=False),
    "tex": Format(latex.render, "application/x-tex; charset=utf-8", is_saved=True),
}

_files: Final = EncodedCache(most_bytes=32_000_000)


@require_safe
def export(request: TenantRequest, slug: str, ending: str) -> HttpResponseBase:
    """Answer the rows of the board's page with the same `?q=` and `?sort=`, in one format.

    Raises 404 for an unknown board and 400 for an unknown column.
    """
    shown = shown_board(request, slug)
    url = request.build_absolute_uri(reverse("board", args=[slug])) + shown.parameters
    document = Document(shown=shown, arena=request.tenant.slug, url=url)
    chosen = FORMATS[ending]
    found = _files.get(
        (request.tenant.pk, slug, ending, url, *(column.key for column in shown.table.columns)),
        (shown.table.version, today()),
        lambda: chosen.render(document),
    )
    return kept_file(
        request,
        found,
        chosen.content_type,
        file_name=f"{document.file_name}.{ending}" if chosen.is_saved else None,
    )


@require_safe
def markdown_twin(request: TenantRequest, slug: str) -> HttpResponseBase:
    """Answer the board's page in Markdown."""
    return export(request, slug, "md")
