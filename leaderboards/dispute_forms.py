"""Forms of disputes: a reason from a list, and for those who want to, words."""

from typing import Final

from django import forms

from leaderboards.commands import TEXT_MAX
from leaderboards.disputes import REASONS, RESOLUTIONS

_POSITION_MAX: Final = 2**63 - 1


class DisputeForm(forms.Form):
    """Why a reader doubts a cell."""

    reason = forms.ChoiceField(label="Reason", choices=list(REASONS.items()))
    event_position = forms.IntegerField(
        label="Event at fault, by position",
        required=False,
        min_value=1,
        max_value=_POSITION_MAX,
        help_text="Where it is one event of this cell.",
    )
    text = forms.CharField(
        label="What moderators should know",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Not public, and yours to delete on the page My votes. Optional.",
    )


class ResolutionForm(forms.Form):
    """How a moderator decides."""

    resolution = forms.ChoiceField(
        label="Decision",
        choices=[(code, f"{status}: {text}") for code, (status, text) in RESOLUTIONS.items()],
    )
