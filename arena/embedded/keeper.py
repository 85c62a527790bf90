"""The process that owns PostgreSQL and Redis of one data directory.

    python -m arena.embedded.keeper --data-dir DIRECTORY [--fast]

It starts both, restarts one that dies, and stops them (Redis first, PostgreSQL last) on SIGTERM
or when no process has held the users' lock for a second. Its own state is the text of
`keeper.lock`, true only while that file is locked.
"""

import argparse
import logging
import os
import shutil
import sys
import time
from pathlib import Path

from arena.embedded import binaries, identity, locks, process, state
from arena.embedded.datadir import DataDir, make_private
from arena.embedded.errors import EmbeddedError
from arena.embedded.postgres import Postgres
from arena.embedded.redis import Redis
from arena.embedded.server import Server

_LINGER_S = 1.0
_POLL_S = 0.3
_POLL_STARTING_S = 0.02
# Users look whether the lock is held by taking it shared for an instant.
_OWN_LOCK_TIMEOUT_S = 1.0

logger = logging.getLogger("arena.keeper")


class Keeper:
    """The main loop; single-threaded, because PDEATHSIG and user namespaces ask for it."""

    def __init__(self, *, data: DataDir, lock: int, fast: bool) -> None:
        self.data = data
        self.lock = lock
        self.socket_dir = data.socket_dir()
        programs = (binaries.postgres_bin() / "postgres", binaries.redis_server())
        user = identity.choose(data.postgres, programs=programs)
        make_private(self.socket_dir, owner_uid=user.owner_uid)
        if user.owner_uid != os.geteuid():
            # The servers' user has to pass through to its own folders below.
            data.root.chmod(0o711)
        self.postgres = Server(
            Postgres(data=data, socket_dir=self.socket_dir, identity=user, fast=fast), user
        )
        self.redis = Server(Redis(data=data, socket_dir=self.socket_dir, identity=user), user)
        self.servers = (self.postgres, self.redis)
        self.published: state.Phase | None = None
        self.idle_since: float | None = None

    def run(self) -> None:
        """Serve until asked to stop or unused. Raises EmbeddedError when a server cannot start."""
        self._publish("starting")
        try:
            while not self._should_stop():
                for server in self.servers:
                    server.advance()
                ready = all(server.ready for server in self.servers)
                self._publish("ready" if ready else "starting")
                received = process.next_signal(_POLL_S if ready else _POLL_STARTING_S)
                ended = process.reap()
                for server in self.servers:
                    server.notice(ended)
                if received in process.STOP_SIGNALS:
                    logger.info("asked to stop by %s", received.name)
                    return
        finally:
            self._publish("stopping")
            self.redis.stop()
            self.postgres.stop()
            if self.socket_dir.parent != self.data.root:
                shutil.rmtree(self.socket_dir, ignore_errors=True)

    def _should_stop(self) -> bool:
        if not locks.is_current(self.lock, self.data.keeper_lock):
            logger.info("the data directory was removed")
            return True
        users = locks.acquire(self.data.users_lock, exclusive=True)
        if users is None:
            self.idle_since = None
            return False
        if self.idle_since is None:
            self.idle_since = time.monotonic()
        if time.monotonic() - self.idle_since < _LINGER_S:
            os.close(users)
            return False
        # The lock stays taken until this process ends: a newcomer waits, then starts a new keeper.
        logger.info("no user left")
        return True

    def _publish(self, phase: state.Phase) -> None:
        if phase != self.published:
            state.write(self.lock, state.KeeperState(os.getpid(), phase, self.socket_dir))
            logger.info("%s", phase)
            self.published = phase


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m arena.embedded.keeper", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--fast", action="store_true", help="no fsync: for clusters of tests")
    options = parser.parse_args()
    data = DataDir(root=options.data_dir.resolve())
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
    lock = locks.acquire(data.keeper_lock, exclusive=True, timeout_s=_OWN_LOCK_TIMEOUT_S)
    if lock is None:
        return 0  # Another keeper was faster; whoever asked for this one will find that one.
    process.become_parent()
    try:
        Keeper(data=data, lock=lock, fast=options.fast).run()
    except EmbeddedError as error:
        logger.error("%s", error)
        return 1
    finally:
        state.clear(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
