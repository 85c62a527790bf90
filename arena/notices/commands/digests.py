"""Ask for digests and stop them; take the period of one, so that it is mailed once."""

from datetime import date
from typing import Final
from uuid import UUID

from django.core import signing
from django.utils import timezone

import leaderboards.queries
import voting.queries
from arena.accounts.models import Membership, User
from arena.eventstore.domain import DomainError
from arena.notices.models import Cadence, Digest
from arena.notices.periods import period_of
from arena.notices.queries import has_verified_address
from arena.tenancy.models import Tenant

_SALT: Final = "arena.notices.unsubscribe"


class BadToken(LookupError):
    """The link to unsubscribe is none that this site has sent."""


def subscribe(*, tenant: Tenant, user: User, board: str, cadence: str) -> None:
    """Have a member mailed what is new on a board from now on, or change how often.

    Raises DomainError for whoever is no member or has no verified address, a cadence that is none,
    and voting.queries.UnknownBoard.
    """
    if cadence not in Cadence.values:
        raise DomainError(f"How often: choose one of {', '.join(Cadence.values)}.")
    opened = voting.queries.board(tenant=tenant, slug=board).position
    membership = Membership.objects.filter(tenant=tenant, user=user).first()
    if membership is None:
        raise DomainError(f"Join {tenant.name} before you ask for its mail.")
    if not has_verified_address(user):
        raise DomainError("Verify your e-mail address first.")
    period = period_of(cadence, timezone.now())
    computed = leaderboards.queries.board_version(tenant=tenant, board=board).position
    position = max(opened, computed)
    Digest.objects.update_or_create(
        membership=membership,
        board=board,
        defaults={"cadence": cadence, "period": period},
        create_defaults={"cadence": cadence, "period": period, "position": position},
    )


def unsubscribe(*, tenant: Tenant, user: User, digest_id: UUID) -> None:
    """Stop a digest of a member; raise DomainError where there is none."""
    found = Digest.objects.filter(membership__tenant=tenant, membership__user=user, pk=digest_id)
    if not found.delete()[0]:
        raise DomainError("There is no such digest of yours in this arena.")


def stop(*, digest: Digest) -> None:
    """Stop the digest of a token."""
    digest.delete()


def unsubscribe_token(digest: Digest) -> str:
    """Return what the link in a mail carries: it stops this digest without signing in."""
    return signing.Signer(salt=_SALT).sign(str(digest.pk))


def of_token(token: str) -> Digest | None:
    """Return the digest of a token, None once it is stopped; raise BadToken."""
    try:
        digest_id = signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        raise BadToken("No such link.") from None
    found = Digest.objects.select_related("membership__tenant").filter(pk=UUID(digest_id))
    return found.first()


def claim_period(*, digest: Digest, period: date) -> bool:
    """Take a period of a digest; False where another worker has, or it was stopped meanwhile."""
    return bool(Digest.objects.filter(pk=digest.pk, period__lt=period).update(period=period))


def note_told(*, digest: Digest, position: int) -> None:
    """Note up to where the member has been told."""
    Digest.objects.filter(pk=digest.pk).update(position=position)
