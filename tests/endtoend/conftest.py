"""One whole site for the package, and a browser that fails on any error it logs."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.launching import launch
from tests.embedded.servers import kill_everything, processes_of
from tests.endtoend.site import Site, whole_site


@pytest.fixture(autouse=True)
def _empty_redis() -> None:
    """Leave Redis alone: the site of this package has its own."""


@pytest.fixture(scope="package")
def site() -> Iterator[Site]:
    """Return a site with servers of its own, all of its processes gone again at the end."""
    folder = Path(tempfile.mkdtemp(prefix="arena-end-"))
    folder.chmod(0o755)
    try:
        with whole_site(folder) as site:
            yield site
    finally:
        while processes_of(folder / "data"):
            kill_everything(folder / "data")
        shutil.rmtree(folder)


@pytest.fixture
def browser(site: Site) -> Iterator[Browser]:
    """Return a real Chromium without a window, its event loop gone again after the test."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
