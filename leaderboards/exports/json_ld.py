"""A board as schema.org/Dataset, so that search engines for data find it and its licence."""

import json
import re
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from leaderboards.cells import iso
from leaderboards.queries import BoardTable

_SPDX: Final = re.compile(r"[A-Za-z0-9.+-]+")
# A script element ends at `</script` and nothing in it is unescaped, so JSON's own escapes serve.
_ESCAPES: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&'\u2028\u2029"}
_DOWNLOADS: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}


def of_page(request: HttpRequest, table: BoardTable) -> SafeString:
    """Return what the page of a board says of it to programs, for a script element."""

    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[table.info.slug]))

    files = {media_type: address(f"board_{ending}") for ending, media_type in _DOWNLOADS.items()}
    return in_script(dataset(table, url=address("board"), files=files))


def dataset(table: BoardTable, *, url: str, files: dict[str, str]) -> dict[str, Any]:
    """Return the description; `files` are the addresses of its downloads by media type."""
    info = table.info
    is_spdx = _SPDX.fullmatch(info.licence)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": info.name,
        # schema.org asks for 50 characters at least.
        "description": f"{info.question} Ratings of language models from blind votes, with 95 % "
        "intervals and numbers of votes, beside measured speed; claims of others are marked.",
        "url": url,
        "identifier": f"{url}#{table.position}",
        "version": str(table.position),
        "dateModified": iso(table.as_of),
        "license": f"https://spdx.org/licenses/{info.licence}" if is_spdx else info.licence,
        "creditText": info.attribution or None,
        "isAccessibleForFree": True,
        "measurementTechnique": table.formula_version,
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": column.title,
                "unitText": column.unit,
                "description": column.help,
            }
            for column in table.columns
        ],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": address}
            for media_type, address in files.items()
        ],
    }


def in_script(content: dict[str, Any]) -> SafeString:
    """Return JSON that may stand in a script element: no character of it can end one."""
    text = json.dumps({key: value for key, value in content.items() if value is not None})
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308  # escaped in the line itself
