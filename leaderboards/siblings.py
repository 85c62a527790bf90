"""Ratings belong to models: beside a deployment that did not earn it, a rating says so."""

from collections.abc import Callable
from typing import Final, TypedDict

from benchmarks.deployment_label import label
from leaderboards.sources import Sources, Subject

MARK: Final = "†"
"""Stands after the rating of a deployment whose votes were cast on another one."""
_BY_NAME: Final = "the votes name the model and no deployment of it"


class Marked(TypedDict, total=False):
    """What a marked cell has beside its figure."""

    note: str
    suffix: str


def shared_ratings(sources: Sources) -> Callable[[Subject, str | None], str]:
    """Return what tells of a row whose votes the rating rests on, empty where on its own.

    Asked with a quantization, it tells of a rating that rests on votes of that build alone. A
    deployment earned the rating when it battles or battled on the board. One that never did shares
    the rating of the model with those that did, or with the bare name in imported votes.
    """
    battled: dict[str, list[str]] = {}
    for slug, boards in sorted(sources.boards_of.items()):
        info = sources.deployments.get(slug)
        if info is not None and sources.battle_board in boards:
            battled.setdefault(info.model_slug, []).append(slug)

    def shared(subject: Subject, build: str | None) -> str:
        if subject.deployment is None:
            return ""
        earners = [
            slug
            for slug in battled.get(subject.model, ())
            if build in (None, sources.deployments[slug].quantization)
        ]
        if subject.deployment in earners:
            return ""
        names = [label(sources.deployments[slug]) or slug for slug in earners]
        return f"votes on a sibling deployment: {'; '.join(names)}" if names else _BY_NAME

    return shared


def mark(shared: str, note: str = "") -> Marked:
    """Return note and mark of a rating that its deployment shares; only `note` for its own."""
    if not shared:
        return {"note": note} if note else {}
    return {"note": "; ".join(filter(None, (note, shared))), "suffix": MARK}
