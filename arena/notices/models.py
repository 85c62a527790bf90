"""Who is told of a board and how: private rows beside the log, so they can go with the person."""

import uuid
from typing import Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from arena.accounts.models import Membership
from arena.tenancy.models import Tenant

DeliveryState = Literal["due", "sending", "retrying", "delivered", "failed", "stopped"]
"""`stopped` is what waited when its webhook was paused."""


class Webhook(models.Model):
    """An address that is sent the news of some boards. It goes with the membership of its maker.

    Without a maker it was made by a key of the operator.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    maker = models.ForeignKey(Membership, models.CASCADE, null=True)
    url = models.TextField()
    encrypted_secret = models.TextField(help_text="Fernet token of the key that signs.")
    kinds = ArrayField(models.TextField(), help_text="Of arena.news_kinds.")
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True)
    paused_reason = models.TextField()

    class Meta:
        ordering = ["created_at", "pk"]

    @override
    def __str__(self) -> str:
        return str(self.id)


class FollowedBoard(models.Model):
    """A board whose news a webhook is sent, and the position up to which it was told."""

    pk = models.CompositePrimaryKey("webhook_id", "board")
    webhook = models.ForeignKey(Webhook, models.CASCADE, db_index=False, related_name="followed")
    board = models.TextField()
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return self.board


class Delivery(models.Model):
    """One message to a webhook: its bytes, which every attempt sends alike, and the last result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    board = models.TextField(help_text="Empty for a test.")
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, help_text="None once it is over.")
    last_attempt_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True, help_text="HTTP status of the last attempt.")
    duration_ms = models.FloatField(null=True)
    error = models.TextField(help_text="Why the last attempt failed; empty where it did not.")
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="notices_due",
            )
        ]

    @override
    def __str__(self) -> str:
        return str(self.id)

    @property
    def state(self) -> DeliveryState:
        """Return what is going on with it, for pages."""
        if self.next_attempt_at is None:
            if self.error:
                return "failed"
            return "delivered" if self.delivered_at else "stopped"
        if self.error:
            return "retrying"
        return "sending" if self.attempts and not self.delivered_at else "due"


class Cadence(models.TextChoices):
    """How often a digest is sent, if anything happened."""

    DAILY = "daily", "every day"
    WEEKLY = "weekly", "every Monday"


class Digest(models.Model):
    """A member's wish for mail about a board. It goes with the membership, hence the account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE)
    board = models.TextField()
    cadence = models.CharField(max_length=10, choices=Cadence.choices)
    period = models.DateField(help_text="First day of the newest period that was dealt with.")
    position = models.BigIntegerField(help_text="Up to which the member was told.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["board", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "board"], name="notices_one_digest")
        ]

    @override
    def __str__(self) -> str:
        return str(self.id)
