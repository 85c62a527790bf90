"""The user the servers run as. PostgreSQL refuses root, so root needs someone to be."""

import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arena.embedded.errors import EmbeddedError

_CLONE_NEWUSER = 0x10000000
_NAMESPACE_UID = 1000
NOBODY_UID = 65534
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """`owner_uid` owns the files as seen from here; `assume` runs in the child before exec."""

    owner_uid: int
    namespace: bool = False

    def assume(self) -> None:
        """Become this user. Raises OSError when the kernel refuses."""
        if self.namespace:
            _enter_user_namespace()
        elif self.owner_uid != os.geteuid():
            os.setgroups([])
            os.setgid(self.owner_uid)
            os.setuid(self.owner_uid)


def choose(cluster: Path, *, programs: Sequence[Path]) -> Identity:
    """Who runs the servers (these programs) of this PostgreSQL data directory.

    An ordinary user stays itself. Root uses the owner of an existing cluster, else a user
    namespace that holds one ordinary user (nothing to create, files stay root's), else `nobody`.
    Raises EmbeddedError when `nobody` could not reach the directory or the programs.
    """
    uid = os.geteuid()
    if uid != 0:
        return Identity(owner_uid=uid)
    if cluster.exists() and cluster.stat().st_uid != 0:
        return Identity(owner_uid=cluster.stat().st_uid)
    if _user_namespace_allowed():
        return Identity(owner_uid=0, namespace=True)
    if not cluster.exists():
        needed = {*cluster.parent.parents, *(up for path in programs for up in path.parents)}
        closed = sorted(folder for folder in needed if not folder.stat().st_mode & 1)
        if closed:
            raise EmbeddedError(
                f"PostgreSQL refuses to run as root, this machine does not allow user namespaces, "
                f"and user nobody cannot enter {closed[0]}. Run as an ordinary user, or put the "
                f"repository and ARENA_DATA_DIR where everybody can reach them, such as /srv."
            )
        return Identity(owner_uid=NOBODY_UID)
    raise EmbeddedError(
        f"{cluster} belongs to root, but PostgreSQL refuses to run as root and this machine does "
        f"not allow user namespaces. Give it to an ordinary user: chown -R nobody {cluster.parent}"
    )


def give(path: Path, identity: Identity) -> None:
    """Hand a file or folder (and all below it) to the servers' user."""
    if path.stat().st_uid == identity.owner_uid:
        return
    for folder, _, files in os.walk(path):
        os.chown(folder, identity.owner_uid, -1)
        for file in files:
            os.chown(Path(folder) / file, identity.owner_uid, -1)


def _enter_user_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{_NAMESPACE_UID} {uid} 1"),
        ("gid_map", f"{_NAMESPACE_UID} {gid} 1"),
    ):
        Path("/proc/self", name).write_text(text)


def _user_namespace_allowed() -> bool:
    # Tried in a child: a process cannot leave the namespace again.
    pid = os.fork()
    if pid == 0:
        try:
            _enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
