"""How many requests a caller of the API may send in a minute."""

from django.conf import settings
from django.http import HttpRequest

from arena.api.access import Caller
from arena.rates import Quota, client_digest, count


def spend(*, request: HttpRequest, caller: Caller) -> Quota | None:
    """Count one request; return None, and let it pass, while Redis cannot be reached."""
    account = caller.account
    if account is None:
        return count(f"client:{client_digest(request)}", limit=settings.ARENA_RATE_ANONYMOUS)
    return count(account, limit=settings.ARENA_RATE_KEY)
