"""The page that documents the API: rendered on the server from the OpenAPI document."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase
from typing_extensions import override

from arena.api.problems import KINDS


class DocsPage(DocsBase):
    """Plain HTML without scripts: it obeys the site's content security policy as it is."""

    @override
    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Return the page."""
        document = api.get_openapi_schema(path_params=kwargs)
        context = {
            "version": document["openapi"],
            "description": _prose(document["info"]["description"]),
            "openapi_url": self.get_openapi_url(api, kwargs),
            "operations": list(_operations(document)),
            "schemas": [
                {
                    "name": name,
                    "description": _prose(schema.get("description", "")),
                    "fields": list(_fields(schema)),
                }
                for name, schema in sorted(document["components"]["schemas"].items())
            ],
            "problems": [
                {"code": code, "kind": kind, "remedy": _prose(kind.remedy)}
                for code, kind in KINDS.items()
            ],
        }
        return render(request, "api/docs.html", context)


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": _prose(operation["description"]),
                "needs_key": {} not in operation["security"],
                "parameters": [
                    {
                        **parameter,
                        "type": _type(parameter["schema"]),
                        "description": _prose(parameter["description"]),
                    }
                    for parameter in operation["parameters"]
                ],
                "body": _link(body["schema"]) if body else "",
                "answers": [
                    {"status": status, "type": _link(content["schema"])}
                    for status, answer in operation["responses"].items()
                    for kind, content in answer.get("content", {}).items()
                    if kind == "application/json"
                ],
            }


def _fields(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield {
            "name": name,
            "type": _type(field),
            "is_required": name in required,
            "description": _prose(field.get("description", "")),
        }


def _type(schema: dict[str, Any]) -> str:
    """Return a JSON schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f'"{value}"' for value in schema["enum"])
    if "const" in schema:
        return f'"{schema["const"]}"'
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    name = str(schema.get("type", "any"))
    return f"{name} ({schema['format']})" if "format" in schema else name


def _link(schema: dict[str, Any]) -> str:
    """Return the same, with a link to what is described on this page."""
    name = _type(schema)
    return format_html('<a href="#shape-{}">{}</a>', name, name) if "$ref" in schema else name


def _prose(text: str) -> SafeString:
    """Return text as HTML, with what stands between backticks as code."""
    parts = text.split("`")
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", part) if index % 2 else part,)
            for index, part in enumerate(parts)
        ),
    )
