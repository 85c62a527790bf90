"""`pip install ./runner`: the wheel has all that the agent needs, and its command works."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from arena_runner import __version__
from tests.processes import ROOT

RUNNER = ROOT / "runner"
BUILD = "from setuptools import build_meta; print(build_meta.build_wheel({target!r}))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as pip builds it, from a copy and without network."""
    pytest.importorskip("setuptools")
    source = tmp_path_factory.mktemp("source") / "runner"
    target = tmp_path_factory.mktemp("wheel")
    shutil.copytree(RUNNER, source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(target=str(target))],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return target / done.stdout.splitlines()[-1]


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "arena_runner"],
        cwd=RUNNER,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    tracked = {name for name in listed if (RUNNER / name).is_file()}
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert "arena_runner/py.typed" in packed
    assert [name for name in packed if name.startswith("arena_runner/contract/profiles/")]
    assert tracked - packed == set()
    assert not [name for name in packed if "tests" in name or name.endswith(".pyc")]


def test_its_data_name_the_licence_and_what_it_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
    assert f"Version: {__version__}" in text
    assert "License-Expression: Apache-2.0" in text
    assert [name for name in names if name.endswith("licenses/LICENSE")]
    needed = tomllib.loads((RUNNER / "pyproject.toml").read_text())["project"]["dependencies"]
    assert text.count("Requires-Dist:") == len(needed)
    assert "django" not in text.lower()


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((RUNNER / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_the_command_works_in_a_fresh_environment_without_the_site(
    wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "venv"
    venv.EnvBuilder(with_pip=False, symlinks=True).create(environment)
    python = environment / "bin" / "python"
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # What pip writes for the entry point; the libraries come from this environment.
    [entry] = [line for line in _entry_points(wheel) if line.startswith("arena-runner")]
    module, _, function = entry.partition("=")[2].strip().partition(":")
    call = f"import sys; from {module} import {function}; sys.exit({function}())"
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "ARENA_RUNNER_HOME": str(tmp_path / "home"),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-c", call, *arguments],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert run("--version").stdout.strip() == __version__
    where = run("completion", "bash")
    assert "_ARENA_RUNNER_COMPLETE" in where.stdout
    seen = subprocess.run(
        [python, "-c", "import arena_runner; print(arena_runner.__file__)"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.startswith(site)


def _entry_points(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        return archive.read(name).decode().splitlines()
