"""Everything that changes webhooks, deliveries and digests. None of it is an event."""

from arena.notices.commands.deliveries import Claimed, Result, claim, record, tell
from arena.notices.commands.digests import (
    claim_period,
    note_told,
    subscribe,
    unsubscribe,
)
from arena.notices.commands.webhooks import (
    NewWebhook,
    delete_webhook,
    register_webhook,
    reseal_secrets,
    resume_webhook,
    send_again,
    send_test,
)

__all__ = [
    "Claimed",
    "NewWebhook",
    "Result",
    "claim",
    "claim_period",
    "delete_webhook",
    "note_told",
    "record",
    "register_webhook",
    "reseal_secrets",
    "resume_webhook",
    "send_again",
    "send_test",
    "subscribe",
    "tell",
    "unsubscribe",
]
