"""Forms of the pages about sovereignty."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from typing_extensions import override

from benchmarks.commands import Statement
from benchmarks.sovereignty import EVIDENCE, criteria

_REASON_MAX: Final = 1_000
_REPLY_MAX: Final = 10_000
_URL_MAX: Final = 2_000
_SEPARATOR: Final = ":"
_DATE: Final = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _Form(forms.Form):
    """Labels without a colon: they stand above their fields; ids of their own on a shared page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{type(self).__name__.lower()}_%s")
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


class FactForm(_Form):
    """A fact about one deployment."""

    answer = forms.ChoiceField(label="Criterion and answer")
    countries = forms.CharField(
        label="Countries",
        required=False,
        max_length=200,
        help_text="Where the answer ends in “in” or “of”, or names a region or machines: codes of "
        "two letters, such as DE FR.",
    )
    evidence = forms.ChoiceField(
        label="Evidence", choices=[(key, f"{key}: {text}") for key, text in EVIDENCE.items()]
    )
    source_url = forms.URLField(
        label="Source", required=False, max_length=_URL_MAX, assume_scheme="https"
    )
    source_sha256 = forms.CharField(
        label="SHA-256 of the archived copy",
        required=False,
        max_length=64,
        help_text="From E2 on. Keep the copy; the site keeps its digest.",
    )
    stated_on = forms.DateField(label="Stated on", widget=_DATE)
    expires_on = forms.DateField(
        label="Good until",
        required=False,
        widget=_DATE,
        help_text="End of the certificate; empty: 180 days after it was stated.",
    )
    note = forms.CharField(label="Note, public", required=False, max_length=_REASON_MAX)
    interest = forms.CharField(
        label="What ties you to the operator, public",
        max_length=_REASON_MAX,
        help_text="Such as: employee, customer, competitor, none.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)  # noqa: S101  so that types know it
        answer.choices = [
            (
                f"{criterion.id} {criterion.title}",
                [
                    (f"{criterion.id}{_SEPARATOR}{value}", criterion.label(value))
                    for value in criterion.values
                ],
            )
            for criterion in criteria().criteria
        ]

    @property
    def statement(self) -> Statement:
        """Return what a valid form says."""
        data = self.cleaned_data
        criterion, _, value = data["answer"].partition(_SEPARATOR)
        return Statement(
            criterion=criterion,
            value=value,
            countries=data["countries"].replace(",", " ").upper().split(),
            evidence=data["evidence"],
            source_url=data["source_url"],
            source_sha256=data["source_sha256"].lower(),
            note=data["note"],
            stated_on=data["stated_on"],
            expires_on=data["expires_on"],
            interest=data["interest"],
        )


class ReviewForm(_Form):
    """Why a fact is accepted or rejected; which of the two, the button says."""

    reason = forms.CharField(label="Reason, public", max_length=_REASON_MAX)


class ReplyForm(_Form):
    """What an operator says, word for word."""

    operator = forms.ChoiceField(label="Operator")
    text = forms.CharField(
        label="Its reply, word for word",
        max_length=_REPLY_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    source_url = forms.URLField(
        label="Where it says so", required=False, max_length=_URL_MAX, assume_scheme="https"
    )
    stated_on = forms.DateField(label="Stated on", widget=_DATE)

    @override
    def __init__(self, *args: Any, operators: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operator = self.fields["operator"]
        assert isinstance(operator, forms.ChoiceField)  # noqa: S101
        operator.choices = [(name, name) for name in operators]
