"""Forms in which moderators award badges and withdraw them."""

from typing import Any, Final

from django import forms

from benchmarks.commands.badges import KINDS
from benchmarks.events import BADGE_REASONS, BADGES

_LONGEST: Final = 300


class _Form(forms.Form):
    """Labels without a colon: they stand above their fields."""

    kind = forms.ChoiceField(label="Of a", choices=[(kind, kind) for kind in KINDS])
    subject = forms.CharField(
        label="Which one",
        max_length=_LONGEST,
        help_text="The slug, or variant::bench-version::article of a lane.",
    )
    badge = forms.ChoiceField(
        label="Badge", choices=[(key, f"{title}: {text}") for key, (title, text) in BADGES.items()]
    )
    reason = forms.ChoiceField(label="Reason, public", choices=list(BADGE_REASONS.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class AwardForm(_Form):
    """A badge for a lane, a model or a deployment."""

    stated_on = forms.DateField(
        label="Since", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class WithdrawForm(_Form):
    """A badge that is to go, and why."""
