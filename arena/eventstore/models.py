"""The log and the checkpoints. Rows of the log are written by sql/append.sql only."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class Event(models.Model):
    """One immutable fact. `position` orders a tenant's log, `version` orders one stream."""

    pk = models.CompositePrimaryKey("tenant_id", "position")
    # No constraint: the append function holds the tenant's row lock, a check would repeat it.
    tenant = models.ForeignKey(Tenant, models.PROTECT, db_constraint=False, db_index=False)
    position = models.BigIntegerField()
    id = models.UUIDField()
    stream = models.TextField()
    version = models.IntegerField()
    type = models.TextField()
    type_version = models.SmallIntegerField()
    data = models.JSONField()
    metadata = models.JSONField()
    recorded_at = models.DateTimeField()
    body_sha256 = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="eventstore_event_id"),
            models.UniqueConstraint(
                fields=["tenant", "stream", "version"], name="eventstore_stream_version"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.type} at {self.position}"


class Checkpoint(models.Model):
    """How far one projection has come in one tenant's log, or where and why it stopped."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    projection = models.TextField()
    position = models.BigIntegerField(default=0)
    stopped_at_position = models.BigIntegerField(null=True)
    stopped_reason = models.TextField(default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "projection"], name="eventstore_one_checkpoint"
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.projection} at {self.position}"
