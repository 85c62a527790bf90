"""Wait for an answer that may take long, but no longer than until the agent is asked to end."""

import threading
from collections.abc import Callable
from typing import Final, TypeVar

_LOOK_S: Final = 0.2
_LAST_S: Final = 0.5
_T = TypeVar("_T")


def unless_ended(call: Callable[[], _T], end: threading.Event) -> _T | None:
    """Return what the call returns, or None soon after `end` is set; raise what the call raises.

    A call that is given up goes on in a thread that dies with the process; an answer that is on
    its way at that moment is still taken.
    """
    answers: list[_T] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            answers.append(call())
        except BaseException as error:  # noqa: BLE001  raised again where it is waited for
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=work, name="waiting", daemon=True).start()
    while not done.wait(_LOOK_S):
        if end.is_set() and not done.wait(_LAST_S):
            return None
    if errors:
        raise errors[0]
    return answers[0]
