"""Sign in an agent on a machine without a browser (RFC 8628), and tell a key what it is."""

from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from ninja import Router
from ninja.responses import Status

from arena import rates
from arena.api.access import ApiKey, ApiRequest, good_key, owner_of
from arena.api.conditional import not_modified
from arena.api.device_schemas import (
    Device,
    DeviceCode,
    DeviceKey,
    DevicePending,
    NewDevice,
    WhoAmI,
)
from arena.api.openapi import NO_KEY, SCOPE
from arena.api.problems import ProblemError
from workers.commands import devices
from workers.state.devices import LIFETIME, POLL_INTERVAL

router = Router(tags=["runners"])
_ANY_KEY: Final[dict[str, Any]] = {SCOPE: "read"}
_NO_KEY: Final[dict[str, Any]] = {NO_KEY: True}
_SHARE: Final = 3
"""One in so many of an address's anonymous requests may begin a sign-in: each keeps a row."""


@router.post(
    "/device",
    response={201: Device},
    operation_id="begin_device",
    summary="Begin to sign in an agent",
    openapi_extra=_NO_KEY,
)
def begin_device(request: ApiRequest, new: NewDevice) -> Status[Device]:
    """Ask for a code that the owner of the machine confirms in the browser. Needs no key."""
    quota = rates.count(
        f"device:{rates.client_digest(request)}",
        limit=max(1, settings.ARENA_RATE_ANONYMOUS // _SHARE),
    )
    if quota is not None and quota.is_exceeded:
        raise ProblemError(
            "rate-limited",
            f"More than {quota.limit} logins in a minute. Wait {quota.reset_seconds} seconds.",
            headers={"Retry-After": str(quota.reset_seconds)},
        )
    begun = devices.begin(tenant=request.tenant, client_name=new.client_name)
    return Status(
        201,
        Device(
            device_code=begun.device_code,
            user_code=begun.user_code,
            verification_url=request.build_absolute_uri(reverse("device")),
            interval_s=round(POLL_INTERVAL.total_seconds()),
            expires_in_s=round(LIFETIME.total_seconds()),
        ),
    )


@router.post(
    "/device/token",
    response={200: DeviceKey, 202: DevicePending},
    operation_id="redeem_device",
    summary="Redeem a device code",
    openapi_extra=_NO_KEY,
)
def redeem_device(
    request: ApiRequest, code: DeviceCode
) -> Status[DeviceKey] | Status[DevicePending]:
    """Get the API key of a confirmed sign-in, once; 202 while nobody has confirmed it."""
    key = devices.redeem(tenant=request.tenant, device_code=code.device_code)
    if key is None:
        return Status(202, DevicePending())
    return Status(
        200,
        DeviceKey(
            api_key=key.raw,
            key_id=key.key_id,
            expires_at=key.expires_at,
            tenant=request.tenant.slug,
        ),
    )


@router.get(
    "/whoami",
    auth=ApiKey("read"),
    response=WhoAmI,
    operation_id="who_am_i",
    summary="Read what this key is",
    openapi_extra=_ANY_KEY,
)
def who_am_i(request: ApiRequest, response: HttpResponse) -> WhoAmI | HttpResponse:
    """The key's name, scopes, arena and owner. Needs the scope `read`."""
    key = good_key(request)
    answer = WhoAmI(
        key_id=key.id,
        name=key.name,
        scopes=sorted(key.scopes),
        tenant=request.tenant.slug,
        tenant_name=request.tenant.name,
        owner=owner_of(request),
    )
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(answer.model_dump_json(),)) or answer
