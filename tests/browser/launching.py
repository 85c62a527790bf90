"""Start the Chromium that this machine has, the same way for tests and screenshots."""

import os
from typing import Final

from playwright.sync_api import Browser, Playwright

from tests import chromium

_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


def launch(playwright: Playwright) -> Browser:
    """Return a running browser without a window; fails loudly where there is none."""
    # Chromium refuses to sandbox for root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=chromium.require(), args=[*_FLAGS, *sandbox], headless=True
    )
