"""Mail the digests whose day has come, each period once, and nothing where nothing happened.

A period is taken before its mail is handed over and never given back: a mail server that fails in
the middle may have sent it. What it did not say then, the next period's mail says.
"""

from datetime import datetime
from typing import Final

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

import voting.queries
from arena.accounts.mail import site_url
from arena.notices.commands import claim_period, note_told
from arena.notices.commands.digests import unsubscribe_token
from arena.notices.issue import Issue, issue
from arena.notices.links import absolute
from arena.notices.models import Cadence, Digest
from arena.notices.periods import period_of
from arena.notices.queries import has_verified_address
from leaderboards.exports.document import one_line

log = structlog.get_logger(__name__)
_AT_ONCE: Final = 500


def send_due() -> int:
    """Mail what is due and return how many mails were sent.

    Ends where the mail server cannot be reached: nothing more is taken, and the next call goes on.
    """
    now, sent = timezone.now(), 0
    issues: dict[tuple[int, str, int], Issue] = {}
    connection = get_connection()
    try:
        for digest in _due(now):
            found = _issue(digest, issues)
            if found is not None:
                connection.open()
            if not claim_period(digest=digest, period=period_of(digest.cadence, now)):
                continue
            if found is not None and _send(digest, found, connection):
                note_told(digest=digest, position=found.position)
                sent += 1
    except OSError as error:
        log.warning("digests_wait_for_mail_server", error=type(error).__name__)
    finally:
        connection.close()
    return sent


def _due(now: datetime) -> list[Digest]:
    """Return digests of active members whose newest period was not dealt with, oldest first."""
    due = Q()
    for cadence in Cadence.values:
        due |= Q(cadence=cadence, period__lt=period_of(cadence, now))
    found = Digest.objects.filter(due, membership__user__is_active=True)
    rows = found.select_related("membership__tenant", "membership__user").order_by("period", "pk")
    return list(rows[:_AT_ONCE])


def _issue(digest: Digest, issues: dict[tuple[int, str, int], Issue]) -> Issue | None:
    """Return what to mail, made once for all who were told equally far; None for no mail."""
    tenant = digest.membership.tenant
    if not has_verified_address(digest.membership.user):
        return None
    key = (tenant.pk, digest.board, digest.position)
    if key not in issues:
        try:
            issues[key] = issue(tenant=tenant, board=digest.board, after=digest.position)
        except voting.queries.UnknownBoard:
            # A part of a board whose votes were all filed elsewhere; it may come back.
            return None
    return issues[key] if issues[key].has_news else None


def _send(digest: Digest, found: Issue, connection: BaseEmailBackend) -> bool:
    """Hand one mail over; False where the server refused it."""
    stop = site_url("unsubscribe", token=unsubscribe_token(digest))
    context = {
        "issue": found,
        "cadence": Cadence(digest.cadence).label,
        "stop_url": stop,
        "manage_url": absolute(found.tenant, reverse("digests")),
    }
    message = EmailMultiAlternatives(
        subject=one_line(f"{found.info.name}, {found.tenant.name}: what moved"),
        body=render_to_string("notices/email/digest.txt", context),
        to=[digest.membership.user.email],
        headers={
            # RFC 8058: a mail program stops it with one POST and without a session.
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    message.attach_alternative(render_to_string("notices/email/digest.html", context), "text/html")
    try:
        message.send()
    except (OSError, ValueError) as error:
        # Whatever is wrong with one mail or one address keeps no other from going out.
        log.warning("digest_not_sent", digest=str(digest.pk), error=type(error).__name__)
        # The next one begins a conversation of its own.
        connection.close()
        return False
    return True
