"""Forms of the account pages and of sign-up."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.utils import timezone

from arena.accounts.models import SCOPES_BY_ROLE, Role, Scope

_EXPIRIES = [("30", "in 30 days"), ("90", "in 90 days"), ("365", "in a year"), ("", "never")]


class InvitedSignupForm(SignupForm):  # type: ignore[misc]  # allauth ships no types
    """Sign-up that asks the adapter about the address, for installations by invitation only."""

    def clean_email(self) -> str:
        """Return the address; refuse one that nobody invited."""
        from arena.accounts.adapter import refuse_uninvited

        email = str(super().clean_email())
        refuse_uninvited(email)
        return email


class RoleForm(forms.Form):
    """A role that the asking person may give."""

    def __init__(self, *args: Any, giver: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [role for role in Role if not role.outranks(giver)]
        self.fields["role"] = forms.ChoiceField(
            choices=[(role.value, role.label) for role in reversed(roles)]
        )


class InvitationForm(RoleForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="E-mail address")


class ApiKeyForm(forms.Form):
    """A key to make: its name, what it may do and how long."""

    name = forms.CharField(max_length=100, help_text="What the key is for, such as ci.")
    expires = forms.ChoiceField(choices=_EXPIRIES, required=False, label="Expires")

    def __init__(self, *args: Any, maker: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = SCOPES_BY_ROLE[maker]
        self.fields["scopes"] = forms.MultipleChoiceField(
            widget=forms.CheckboxSelectMultiple,
            choices=[(scope.value, scope.label) for scope in Scope if scope in allowed],
        )
        self.order_fields(["name", "scopes", "expires"])

    def expires_at(self) -> datetime | None:
        """Return when the key of a valid form ends, None for never."""
        days = self.cleaned_data["expires"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class CloseAccountForm(forms.Form):
    """The address again, so that nobody closes an account by a slip."""

    email = forms.EmailField(label="Your e-mail address, to confirm")

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._address = address

    def clean_email(self) -> str:
        """Return the address when it is the account's own."""
        email = str(self.cleaned_data["email"])
        if email.lower() != self._address.lower():
            raise forms.ValidationError("This is not the address of your account.")
        return email
