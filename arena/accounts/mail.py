"""Mail of our own; sign-up and password mail is allauth's."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse

from arena.accounts.models import Invitation, Role


def site_url(name: str, **kwargs: str) -> str:
    """Return the absolute address of a page outside of any arena, whatever arena asks."""
    path = reverse(name, kwargs=kwargs).removeprefix(get_script_prefix())
    return f"{settings.SITE_URL.rstrip('/')}/{path}"


def send_invitation(*, invitation: Invitation, token: str) -> None:
    """Mail the link; raises OSError (SMTPException is one) when the mail server refuses."""
    context = {
        "invitation": invitation,
        "role": Role(invitation.role).label,
        "url": site_url("invitation", arena=invitation.tenant.slug, token=token),
    }
    send_mail(
        subject=f"Invitation to {invitation.tenant.name}",
        message=render_to_string("accounts/email/invitation.txt", context),
        from_email=None,
        recipient_list=[invitation.email],
    )
