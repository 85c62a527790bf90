"""What allauth asks of the site: who may sign up, where to go after, how secrets are stored."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from typing_extensions import override

from arena.accounts import queries
from arena.accounts.models import User
from arena.accounts.permissions import can_read
from arena.tenancy.queries import PREFIX


def refuse_uninvited(email: str) -> None:
    """Raise ValidationError where sign-up is by invitation and the address has none."""
    if settings.SIGNUP == "invited" and not queries.has_invitation(email=email):
        raise ValidationError(
            "Accounts are made by invitation here, and this address has none that is open."
        )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sends people to an arena they can read."""

    @override
    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the site's own arena, else the first one the person belongs to."""
        user = request.user
        tenant = getattr(request, "tenant", None)
        if tenant is not None and can_read(tenant=tenant, user=user):
            return reverse("board_list")
        memberships = queries.memberships_of(user=user) if isinstance(user, User) else []
        if memberships:
            return f"{PREFIX}{memberships[0].tenant.slug}/"
        return reverse("account")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Holds GitHub and OpenID Connect to the same sign-up rule."""

    @override
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Tell whether this person, known by another site, may have an account."""
        if settings.SIGNUP != "invited":
            return True
        return any(
            address.verified and queries.has_invitation(email=address.email)
            for address in sociallogin.email_addresses
        )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps TOTP secrets and recovery seeds encrypted in the database."""

    @override
    def encrypt(self, text: str) -> str:
        """Return the text under a key derived from SECRET_KEY."""
        return _fernet().encrypt(text.encode()).decode()

    @override
    def decrypt(self, encrypted_text: str) -> str:
        """Return the text again; raises InvalidToken when SECRET_KEY has changed."""
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> Fernet:
    derived = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"arena-mfa")
    return Fernet(base64.urlsafe_b64encode(derived.digest()))
