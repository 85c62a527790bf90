"""The form in which a moderator says what a name means."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from benchmarks.events import NameDecision, NameReason
from benchmarks.queries.names import NameInfo, Similar

REASONS: Final[dict[NameReason, str]] = {
    "same_weights": "the same weights",
    "other_spelling": "another spelling",
    "new_weights": "weights that are new here",
    "not_a_model": "no model's name",
    "cannot_be_told": "nobody can tell what answered",
}
DECISIONS: Final[tuple[NameDecision, ...]] = ("merged", "registered", "rejected")


class DecisionForm(forms.Form):
    """What a name means; which decision, the button says."""

    into = forms.ChoiceField(label="The model that it is", required=False)
    reason = forms.ChoiceField(label="Reason, public", choices=list(REASONS.items()))
    decision = forms.ChoiceField(choices=[(name, name) for name in DECISIONS])

    def __init__(
        self, *args: Any, models: Sequence[tuple[str, str]], similar: Sequence[Similar], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.label_suffix = ""
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)  # noqa: S101  so that types know it
        near = [(item.model.slug, item.model.name) for item in similar]
        others = [pair for pair in models if pair not in near]
        into.choices = [("", "choose a model"), ("Most alike", near), ("Others", others)]


def form_of(
    info: NameInfo,
    models: Sequence[tuple[str, str]],
    similar: Sequence[Similar],
    data: Any = None,
) -> DecisionForm:
    """Return the form of one name, its fields with ids of their own."""
    return DecisionForm(data, models=models, similar=similar, auto_id=f"id_{info.slug}_%s")
