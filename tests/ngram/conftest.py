"""One running provider for the package."""

from collections.abc import Iterator

import httpx
import pytest

from tests.live_server import live_provider


@pytest.fixture(scope="package")
def url() -> Iterator[str]:
    """The base of its API."""
    with live_provider() as base:
        yield base


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client
