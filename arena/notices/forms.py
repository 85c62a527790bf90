"""Forms of the pages of webhooks and digests."""

from typing import Any

from django import forms

import voting.queries
from arena.news_kinds import KINDS
from arena.notices.models import Cadence
from arena.tenancy.models import Tenant


def _boards(tenant: Tenant, chosen: str) -> list[tuple[str, str]]:
    """Return the boards to choose from, and of their parts the one that was come from."""
    return [
        (info.slug, info.name)
        for info in voting.queries.boards(tenant=tenant)
        if info.part is None or info.slug == chosen
    ]


class WebhookForm(forms.Form):
    """Where to send what."""

    url = forms.CharField(
        label="Address", max_length=500, help_text="Begins with https:// and answers a POST."
    )

    def __init__(self, *args: Any, tenant: Tenant, chosen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["boards"] = forms.MultipleChoiceField(
            choices=_boards(tenant, chosen), widget=forms.CheckboxSelectMultiple, initial=[chosen]
        )
        self.fields["kinds"] = forms.MultipleChoiceField(
            label="What is told",
            choices=[(kind, f"{kind}: {words}") for kind, words in KINDS.items()],
            widget=forms.CheckboxSelectMultiple,
            initial=list(KINDS),
        )


class DigestForm(forms.Form):
    """Which board, and how often."""

    def __init__(self, *args: Any, tenant: Tenant, chosen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"] = forms.ChoiceField(choices=_boards(tenant, chosen), initial=chosen)
        self.fields["cadence"] = forms.ChoiceField(
            label="How often", choices=Cadence.choices, initial=Cadence.WEEKLY
        )
