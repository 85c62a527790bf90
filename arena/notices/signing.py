"""Sign deliveries as Standard Webhooks 1.0.0 says (standardwebhooks.com, `v1`, HMAC-SHA256)."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

_PREFIX: Final = "whsec_"
_KEY_BYTES: Final = 32


def new_secret() -> str:
    """Return a new signing secret: `whsec_` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()


def headers(*, secret: str, delivery_id: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """Return the three headers of an attempt at a time; the id is the same at every attempt.

    What is signed is `<webhook-id>.<webhook-timestamp>.<body>` under the decoded secret.
    """
    message_id, seconds = f"msg_{delivery_id.hex}", str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }
