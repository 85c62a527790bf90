"""What every template knows of the site."""

from django.conf import settings
from django.http import HttpRequest

_LOCAL_HOSTS = ("localhost",)


def site(request: HttpRequest) -> dict[str, object]:
    """Return the arena of this request and the visitor's role in it.

    Both are None on pages that belong to no arena, and to a visitor who may not see it.
    `passkeys_work` says whether a browser offers passkeys at this address at all.
    """
    host = request.META.get("HTTP_HOST", "").partition(":")[0]
    return {
        "tenant": getattr(request, "tenant", None),
        "role": getattr(request, "role", None),
        "passkeys_work": request.is_secure() or host in _LOCAL_HOSTS,
        "signup_is_open": settings.SIGNUP == "open",
    }
