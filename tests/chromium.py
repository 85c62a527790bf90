"""The browser for the browser tests: found, or installed, or a loud failure.

`python -m tests.chromium` (part of `make test`) installs it where it can. A missing browser
fails the tests; ARENA_BROWSER=optional turns that into skips, which pytest's last line counts.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "arena-chromium"
_HOW_TO = (
    "The browser tests need Chromium. As root: apt-get update && "
    "apt-get install -y --no-install-recommends chromium\n"
    "Elsewhere put chromium or google-chrome on PATH, or set ARENA_BROWSER_BIN to it. "
    "ARENA_BROWSER=optional runs the other tests only."
)


def find() -> Path | None:
    """The browser's program: ARENA_BROWSER_BIN, one on PATH, or the one unpacked in the cache."""
    configured = os.environ.get("ARENA_BROWSER_BIN")
    for name in [configured] if configured else _NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    unpacked = _CACHE / "chromium"
    return unpacked if unpacked.exists() and not configured else None


def require() -> Path:
    """The browser's program for a test; fails the test when there is none, or skips if allowed."""
    found = find()
    if found is not None:
        return found
    if is_optional():
        pytest.skip("no browser, and ARENA_BROWSER=optional")
    pytest.fail(_HOW_TO, pytrace=False)


def is_optional() -> bool:
    """Whether the person running the tests said that the browser may be missing."""
    return os.environ.get("ARENA_BROWSER") == "optional"


def launch_arguments() -> list[str]:
    """Arguments for the browser: its sandbox refuses to run as root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def install() -> Path | None:
    """Install Chromium with the system's package manager; None when that is not possible."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        install_command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        for command in (["apt-get", "update", "-qq"], install_command):
            subprocess.run(command, env=environment, stdout=sys.stderr, check=False)
        return find()
    return _unpack_without_root()


def _unpack_without_root() -> Path | None:
    """Download the packages that are missing and unpack them into the cache."""
    simulated = subprocess.run(
        ["apt-get", "install", "-s", "--no-install-recommends", "chromium"],
        capture_output=True,
        text=True,
        check=False,
    )
    packages = [line.split()[1] for line in simulated.stdout.splitlines() if line[:5] == "Inst "]
    if not packages or shutil.which("dpkg") is None:
        return None
    root = _CACHE / "root"
    downloads = _CACHE / "packages"
    for folder in (root, downloads):
        folder.mkdir(parents=True, exist_ok=True)
    fetched = subprocess.run(["apt-get", "download", "-qq", *packages], cwd=downloads, check=False)
    if fetched.returncode != 0:
        return None
    for package in sorted(downloads.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(package), str(root)], check=True)
    shutil.rmtree(downloads)
    program = root / "usr" / "lib" / "chromium" / "chromium"
    if not program.exists():
        return None
    libraries = ":".join(str(path) for path in sorted((root / "usr" / "lib").glob("*-linux-gnu")))
    starter = _CACHE / "chromium"
    starter.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{libraries}" exec "{program}" "$@"\n')
    starter.chmod(0o755)
    return starter


def main() -> int:
    """Find or install; print the program's path. Exit code 1 when the tests cannot have one."""
    found = find()
    if found is None:
        print("Chromium is not installed; trying to install it.", file=sys.stderr)
        found = install()
    if found is not None:
        print(f"Browser: {found}")
        return 0
    if is_optional():
        print("NO BROWSER: the browser tests will be SKIPPED (ARENA_BROWSER=optional).")
        return 0
    print(_HOW_TO, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
