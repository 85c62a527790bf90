"""Pure: how much of two answers may be shown, so that speed tells nothing where it is hidden."""

from collections.abc import Mapping

from voting.events import Side


def shown_characters(
    received: Mapping[Side, int], complete: Mapping[Side, bool], *, hides_speed: bool
) -> dict[Side, int]:
    """Return how many characters of each answer may be shown.

    With hidden speed both advance together: up to the smaller number received of the answers that
    are not complete. A complete answer stands still when it is shown whole, the other goes on.
    """
    unfinished = [received[side] for side in received if not complete[side]]
    if not hides_speed or not unfinished:
        return dict(received)
    limit = min(unfinished)
    return {side: min(count, limit) for side, count in received.items()}


def shows_end(complete: Mapping[Side, bool], *, hides_speed: bool) -> dict[Side, bool]:
    """Return of which answers it may be said that they are complete."""
    if not hides_speed:
        return dict(complete)
    return dict.fromkeys(complete, all(complete.values()))
