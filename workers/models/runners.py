"""Read tables of runners and their keys; beside the log: who was seen when, and device logins."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from arena.accounts.models import User
from arena.tenancy.models import Tenant


class Runner(models.Model):
    """A runner as its events tell it. Only its projection writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "runner_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    runner_id = models.UUIDField()
    name = models.TextField()
    owner = models.TextField(help_text="actor_id of a person, or a process of the site.")
    origin = models.TextField()
    status = models.TextField(help_text="registered, approved, suspended, retired.")
    status_reason = models.TextField(null=True)
    machine_sha256 = models.TextField()
    hardware = models.TextField(null=True)
    accelerator = models.TextField(null=True)
    accelerator_count = models.IntegerField(default=0)
    memory_bytes = models.BigIntegerField()
    tags = ArrayField(models.TextField(), default=list)
    limits = models.JSONField(default=dict)
    registered_at = models.DateTimeField()
    position = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "owner"], name="workers_runner_owner")]

    @override
    def __str__(self) -> str:
        return str(self.runner_id)


class RunnerKey(models.Model):
    """A key of a runner. Only the projection of runners writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "key_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    key_id = models.TextField()
    runner_id = models.UUIDField()
    public_key = models.TextField()
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.TextField(null=True)
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return self.key_id


class RunnerPresence(models.Model):
    """When a runner was last heard of and what it said. No fact: overwritten with each beat."""

    pk = models.CompositePrimaryKey("tenant_id", "runner_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    runner_id = models.UUIDField()
    last_seen_at = models.DateTimeField()
    runner_version = models.TextField(default="")
    state = models.TextField(default="idle", help_text="idle, busy, paused.")
    telemetry = models.JSONField(default=dict)
    doctor = models.JSONField(default=list)

    @override
    def __str__(self) -> str:
        return str(self.runner_id)


class DeviceLogin(models.Model):
    """An agent that waits for its owner to confirm a short code (RFC 8628). Only digests stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    device_code_sha256 = models.BinaryField(max_length=32)
    user_code = models.TextField(help_text="Eight letters; void after its use or expiry.")
    client_name = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    polled_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    refused_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "device_code_sha256"], name="workers_one_device_code"
            ),
            models.UniqueConstraint(
                fields=["tenant", "user_code"],
                condition=models.Q(used_at=None),
                name="workers_one_user_code",
            ),
        ]

    @override
    def __str__(self) -> str:
        return str(self.id)
