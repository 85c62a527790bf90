"""Forms of the pages about runners and their runs."""

import uuid
from typing import Any, Final

from django import forms
from typing_extensions import override

from workers.state.runners import RunnerLimits

_REASON_MAX: Final = 500
LICENCES: Final = [
    ("CC-BY-4.0", "CC BY 4.0: anybody may use it and must name the source"),
    ("CC0-1.0", "CC0 1.0: anybody may use it"),
]
ATTRIBUTIONS: Final = [("named", "by name"), ("anonymous", "anonymously")]


class _Form(forms.Form):
    """Labels without a colon: they stand above their fields; ids of their own on a shared page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class ReasonForm(_Form):
    """Why; the reason stands in the log."""

    reason = forms.CharField(label="Reason, public", max_length=_REASON_MAX)


class DeviceForm(_Form):
    """The code that an agent shows."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Eight letters, such as BCDF-GHJK.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class LimitsForm(_Form):
    """What the owner of a machine allows."""

    hours_utc = forms.CharField(
        label="Only within these hours, UTC",
        required=False,
        max_length=1_000,
        help_text="One span a line, such as 22:00-06:00. Empty: at any time.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    max_power_watts = forms.IntegerField(
        label="Most power, watts", required=False, min_value=1, max_value=1_000_000
    )
    max_temperature_celsius = forms.IntegerField(
        label="Highest temperature, °C", required=False, min_value=1, max_value=150
    )
    only_when_idle = forms.BooleanField(
        label="Never while somebody else uses the GPU", required=False
    )
    allowed_images = forms.CharField(
        label="Images that may be started",
        required=False,
        max_length=10_000,
        help_text="One prefix a line, registry first. Empty: only what the agent itself allows.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @classmethod
    def of(cls, limits: RunnerLimits) -> "LimitsForm":
        """Return the form filled with what holds now."""
        return cls(
            initial={
                "hours_utc": "\n".join(limits.hours_utc),
                "max_power_watts": limits.max_power_watts,
                "max_temperature_celsius": limits.max_temperature_celsius,
                "only_when_idle": limits.only_when_idle,
                "allowed_images": "\n".join(limits.allowed_images),
            }
        )

    def limits(self) -> RunnerLimits:
        """Return what a valid form allows."""
        data = self.cleaned_data
        return RunnerLimits(
            hours_utc=_lines(data["hours_utc"]),
            max_power_watts=data["max_power_watts"],
            max_temperature_celsius=data["max_temperature_celsius"],
            only_when_idle=data["only_when_idle"],
            allowed_images=_lines(data["allowed_images"]),
        )


class PublishForm(_Form):
    """What becomes public, and under which licence; the digest is of the bytes that were shown."""

    attribution = forms.ChoiceField(choices=ATTRIBUTIONS, widget=forms.HiddenInput)
    licence = forms.ChoiceField(label="Licence of the data", choices=LICENCES)
    payload_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput, max_length=64)


class RetractForm(ReasonForm):
    """Why a published run is taken back, and what replaces it."""

    superseded_by = forms.UUIDField(
        label="Replaced by run, if any", required=False, help_text="The number in its address."
    )

    @override
    def clean(self) -> dict[str, Any]:
        """Return the data; the number of the other run is a UUID or None."""
        cleaned = super().clean() or {}
        value = cleaned.get("superseded_by")
        cleaned["superseded_by"] = value if isinstance(value, uuid.UUID) else None
        return cleaned


def _lines(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.splitlines())))
