"""Ask the calculator as programs and as people do."""

from typing import Any

from django.test import Client


def calculated(client: Client, query: str) -> Any:
    """Return the answer of the API."""
    response = client.get(f"/api/v1/calculator?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def page(client: Client, query: str = "") -> str:
    """Return the page, its white space reduced."""
    response = client.get(f"/calculator/?{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())
