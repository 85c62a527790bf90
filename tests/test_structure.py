"""The shape of the project: small modules, and a README whose paths exist."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    modules = tracked("*.py", "static/*.js", "static/*/*.js")
    assert len(modules) > 100
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in modules
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert not too_long


def test_the_style_sheet_is_shorter_than_four_hundred_lines() -> None:
    assert len((ROOT / "static" / "arena.css").read_text().splitlines()) < 400


@pytest.mark.parametrize("page", [*tracked("README.md", "docs/*.md")], ids=lambda path: path.name)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    text = page.read_text()
    links = re.findall(r"\]\(([^)#:\s]+)\)", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    folders = "arena|benchmarks|workers|voting|leaderboards|runner|templates|static|tests|docker"
    named = re.findall(rf"`((?:{folders})/[\w./-]+)`", text)
    missing += [name for name in named if not (ROOT / name).exists()]
    assert not missing


def test_lock_files_name_no_address() -> None:
    for path in tracked("requirements*.lock"):
        assert "://" not in path.read_text(), path.name


def test_the_column_that_the_readme_adds_is_there_word_for_word() -> None:
    readme = (ROOT / "README.md").read_text()
    [change] = re.findall(r"```diff\n(.*?)```", readme, flags=re.DOTALL)
    files = re.findall(
        r"^\+\+\+ b/(\S+)\n(.*?)(?=^--- |\Z)", change, flags=re.DOTALL | re.MULTILINE
    )
    assert [name for name, _ in files] == [
        "leaderboards/columns.py",
        "tests/leaderboards/test_columns.py",
    ]
    for name, lines in files:
        for block in re.findall(r"(?:^\+.*\n)+", lines, flags=re.MULTILINE):
            assert block.replace("\n+", "\n")[1:] in (ROOT / name).read_text()
