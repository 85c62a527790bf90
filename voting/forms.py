"""Forms of the voting pages: a prompt, a vote, what a vote is about, who battles on a board."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile
from typing_extensions import override

from voting.commands import Ballot
from voting.commands.ballots import MAX_COMMENT_CHARACTERS, REASONS
from voting.commands.prompts import MAX_PROMPT_CHARACTERS, MAX_SYSTEM_CHARACTERS
from voting.images import MAX_BYTES
from voting.text.categories import RULES

_LANGUAGE_CHARACTERS: Final = 35
CATEGORY_CHOICES: Final = [(rule.category, rule.label) for rule in RULES]
REASON_CHOICES: Final = [(reason, reason.replace("_", " ").capitalize()) for reason in REASONS]
NO_CONSENT: Final = "Nothing was sent: agree to what is stored and published first."

Choices = Sequence[tuple[str, str]]


def _lines(text: str) -> str:
    """Return the text with the line ends that people typed: browsers send CRLF."""
    return text.replace("\r\n", "\n")


class PromptForm(forms.Form):
    """The first prompt of a battle, of a comparison or of a chat, with what its sender chose."""

    battle_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    board = forms.ChoiceField()
    prompt = forms.CharField(
        max_length=MAX_PROMPT_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "autofocus": True}),
        error_messages={"required": "The prompt is empty. Write what the models shall answer."},
    )
    system = forms.CharField(
        label="System prompt",
        max_length=MAX_SYSTEM_CHARACTERS,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Instructions that both models get before the prompt.",
    )
    image = forms.FileField(
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP up to 5 MB. Only models that take images are drawn.",
    )
    do_not_publish = forms.BooleanField(required=False, label="Do not publish my prompt")
    hide_speed = forms.BooleanField(
        required=False,
        initial=True,
        help_text="Both answers appear at the pace of the slower one, so that speed buys no votes.",
    )
    consent = forms.BooleanField(
        error_messages={"required": NO_CONSENT}, label="I agree to what is stored and published"
    )
    model_a = forms.ChoiceField(label="Answer A by")
    model_b = forms.ChoiceField(label="Answer B by")

    def __init__(
        self,
        *args: Any,
        boards: Choices,
        models: Choices,
        chosen: int,
        has_consented: bool,
        **kwargs: Any,
    ) -> None:
        """Offer these boards, and `chosen` selects of these deployments: none, one or two."""
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._field("board").choices = boards
        for number, name in enumerate(("model_a", "model_b")):
            if number >= chosen:
                del self.fields[name]
            else:
                self._field(name).choices = models
        if chosen == 1:
            self.fields["model_a"].label = "Model"
        if chosen:
            del self.fields["hide_speed"]
        if has_consented:
            del self.fields["consent"]

    def clean_prompt(self) -> str:
        """Return the prompt; refuse one of blanks only."""
        prompt = _lines(self.cleaned_data["prompt"])
        if not prompt.strip():
            raise forms.ValidationError("The prompt is empty. Write what the models shall answer.")
        return prompt

    def clean_system(self) -> str:
        """Return the system prompt."""
        return _lines(self.cleaned_data["system"])

    def clean_image(self) -> UploadedFile | None:
        """Return the file; refuse one too large before anything of it is read."""
        file: UploadedFile | None = self.cleaned_data["image"]
        if file is not None and (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                f"The image has {(file.size or 0) / 1_048_576:.1f} MB; "
                f"{MAX_BYTES // 1_048_576} MB are allowed. Make it smaller."
            )
        return file

    @override
    def clean(self) -> dict[str, Any]:
        """Refuse a model against itself."""
        data: dict[str, Any] = self.cleaned_data
        if "model_b" in data and data["model_b"] == data.get("model_a"):
            self.add_error("model_b", "Choose two different models.")
        return data

    @property
    def id_of_battle(self) -> UUID:
        """Return the id that the page gave the battle, or a new one."""
        return self.cleaned_data["battle_id"] or uuid4()

    @property
    def deployments(self) -> tuple[str, ...]:
        """Return the chosen deployments, in the order of their sides."""
        names = ("model_a", "model_b")
        return tuple(self.cleaned_data[name] for name in names if name in self.cleaned_data)

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  so that types know it
        return field


class FollowUpForm(forms.Form):
    """Another prompt of the same battle; `turn` is the one that it asks for."""

    turn = forms.IntegerField(min_value=2, widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=MAX_PROMPT_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 1}),
        label="Follow-up prompt",
    )

    def clean_text(self) -> str:
        """Return the prompt."""
        return _lines(self.cleaned_data["text"])


class FilingForm(forms.Form):
    """Under which categories and which language a vote is filed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    categories = forms.MultipleChoiceField(
        choices=CATEGORY_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.CharField(
        required=False,
        max_length=_LANGUAGE_CHARACTERS,
        help_text="An English name or a tag, such as German or de. Empty when there is none.",
    )


class BallotForm(FilingForm):
    """A vote with what its voter has to say about it."""

    winner = forms.ChoiceField(
        choices=[(name, name) for name in ("model_a", "model_b", "tie", "both_bad")],
        error_messages={"required": "Choose A, B, tie or both bad."},
    )
    reasons = forms.MultipleChoiceField(
        choices=REASON_CHOICES, required=False, widget=forms.CheckboxSelectMultiple
    )
    comment = forms.CharField(
        required=False,
        max_length=MAX_COMMENT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stored, never published, erased with your data.",
    )
    is_filed = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)
    """Whether the page showed categories and language, so that none means none."""

    def ballot(self) -> Ballot:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Ballot(
            winner=data["winner"],
            reasons=tuple(data["reasons"]),
            comment=_lines(data["comment"]) or None,
            categories=data["categories"] if data["is_filed"] else None,
            language=data["language"] if data["is_filed"] else None,
        )


class EntryForm(forms.Form):
    """A deployment that shall battle on a board."""

    deployment = forms.ChoiceField()
    weight = forms.FloatField(min_value=0.01, max_value=100, initial=1)

    def __init__(self, *args: Any, deployments: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["deployment"] = forms.ChoiceField(
            choices=[(slug, slug) for slug in deployments]
        )


class ChangeForm(EntryForm):
    """A contestant that shall be drawn more or less often, or no more."""

    weight = forms.FloatField(min_value=0.01, max_value=100, required=False)
    reason = forms.CharField(max_length=500, help_text="Public: it stands in the log.")
