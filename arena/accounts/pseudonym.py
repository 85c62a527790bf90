"""How a voter is called in events: the same person under another name in every arena."""

import hashlib
import hmac

from django.conf import settings

from arena.tenancy.models import Tenant

_LENGTH_BYTES = 16


def voter_pseudonym(*, tenant: Tenant, raw: str) -> str:
    """Return 32 hex digits for a voter id, a session key or an address of one arena.

    HMAC-SHA256 under PSEUDONYM_KEY of tenant and id, cut to 16 bytes: without the key nobody can
    test a guess, and the pseudonyms of two arenas cannot be joined.
    """
    message = f"{tenant.pk}:{raw}".encode()
    digest = hmac.new(settings.PSEUDONYM_KEY.encode(), message, hashlib.sha256).digest()
    return digest[:_LENGTH_BYTES].hex()
