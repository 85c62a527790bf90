"""What a viewer may do with a run, as the forms of its page."""

from typing import Any

from workers.run_page import Page
from workers.runner_forms import ReasonForm, RetractForm


def forms_of(page: Page) -> dict[str, Any]:
    """Return the form of each action that the viewer may take now; None for the others."""
    info = page.info
    is_mine, moderates = page.is_owner, page.viewer.sees_all
    is_done = info.status == "completed"
    is_public = info.visibility == "published"
    return {
        "may_publish": is_mine
        and is_done
        and info.visibility != "retracted"
        and not is_named(page),
        "may_reproduce": is_done and is_public and page.viewer.actor is not None,
        "cancel_form": _form("cancel") if (is_mine or moderates) and not info.is_over else None,
        "retract_form": RetractForm() if is_mine and is_public else None,
        "invalidate_form": _form("invalidate")
        if moderates and is_done and info.invalidation_reason is None
        else None,
        "release_form": _form("release") if moderates and is_done and is_held(page) else None,
    }


def is_named(page: Page) -> bool:
    """Tell whether the run is public with the name of its runner, so that nothing is left."""
    return page.info.visibility == "published" and page.info.attribution == "named"


def is_held(page: Page) -> bool:
    """Tell whether a moderator could let the run count."""
    info = page.info
    return info.verdict == "quarantined" or (
        info.verdict == "accepted" and info.invalidation_reason is not None
    )


def _form(name: str) -> ReasonForm:
    return ReasonForm(auto_id=f"id_{name}_%s")
