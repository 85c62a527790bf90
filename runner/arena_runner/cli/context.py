"""What the commands of a run have in common: session, stop sign, signals."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from arena_runner.agent.paths import Paths
from arena_runner.agent.session import Session
from arena_runner.agent.stopping import AGENT_STOPPED, StopSign
from arena_runner.cli.console import Out

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def session() -> Session:
    """Return the agent of this user; raise AgentError for a home that cannot be."""
    return Session(Paths.of_this_user())


@contextmanager
def stopping(out: Out) -> Iterator[StopSign]:
    """Let Ctrl-C and SIGTERM end the run of the block so that it can be resumed.

    The second signal ends the process at once; even then every finished point is kept.
    """
    sign = StopSign()

    def hear(number: int, frame: FrameType | None) -> None:
        if sign.is_up():
            raise KeyboardInterrupt
        sign.raise_(AGENT_STOPPED, "stopped by its owner")
        out.say("Stopping; finished points are kept. Once more to leave at once.")

    before = {number: signal.signal(number, hear) for number in _SIGNALS}
    try:
        yield sign
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
