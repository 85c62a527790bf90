"""Who sees which run: the owner and moderators all of it, others what was published."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from benchmarks.state.run import RunInfo


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who looks; without anything a stranger who may read the arena."""

    actor: str | None = None
    """`actor_id` of a person, or whatever else asked for runs."""
    runner_ids: frozenset[UUID] = frozenset()
    """The runners that are theirs."""
    sees_all: bool = False
    """Moderators and administrators of the arena."""


STRANGER = Viewer()


def is_owner(info: RunInfo, viewer: Viewer) -> bool:
    """Tell whether the run is the viewer's: asked for by them, or measured on their machine."""
    return (viewer.actor is not None and viewer.actor == info.requested_by) or (
        info.runner_id is not None and info.runner_id in viewer.runner_ids
    )


def is_visible(info: RunInfo, viewer: Viewer) -> bool:
    """Tell whether the viewer may know that the run exists."""
    return info.visibility != "private" or viewer.sees_all or is_owner(info, viewer)


def seen_by(info: RunInfo, viewer: Viewer) -> RunInfo:
    """Return the run without what is not for this viewer.

    An anonymous run names neither its runner nor its owner nor the key that signed it; of a
    retracted one a stranger sees that it was, and why.
    """
    if viewer.sees_all or is_owner(info, viewer):
        return info
    info = replace(info, requested_by=None, required_tags=(), publish=None)
    if info.attribution != "named":
        info = replace(info, runner_id=None, key_id=None, report_sha256=None)
    if info.visibility == "retracted":
        info = replace(info, report_sha256=None, environment_sha256=None)
    return info


def shows_figures(info: RunInfo, viewer: Viewer) -> bool:
    """Tell whether the viewer may have points, recipe and files: a tombstone keeps them back."""
    return info.visibility == "published" or viewer.sees_all or is_owner(info, viewer)


def visible(viewer: Viewer) -> Q:
    """Return `is_visible` as a condition on the table of runs."""
    return Q() if viewer.sees_all else ~Q(visibility="private") | owned(viewer)


def owned(viewer: Viewer) -> Q:
    """Return `is_owner` as a condition on the table of runs."""
    rule = Q(runner_id__in=viewer.runner_ids)
    return rule if viewer.actor is None else rule | Q(requested_by=viewer.actor)
