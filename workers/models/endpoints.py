"""Endpoints (a read table), and beside the log: how they are reached and what may be reached."""

import uuid

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class Endpoint(models.Model):
    """An endpoint as last registered or changed. Only its projection writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "deployment_slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    deployment_slug = models.TextField()
    model_slug = models.TextField()
    accepts_images = models.BooleanField()
    context_tokens = models.IntegerField(null=True)
    max_output_tokens = models.IntegerField()
    max_concurrent = models.IntegerField()
    retired_reason = models.TextField(null=True, help_text="None while it is asked.")
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return self.deployment_slug


class EndpointAccess(models.Model):
    """Where an endpoint is reached and with which key: private, no event, no export."""

    pk = models.CompositePrimaryKey("tenant_id", "deployment_slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    deployment_slug = models.TextField()
    base_url = models.TextField()
    upstream_model = models.TextField(help_text="What the endpoint itself calls the model.")
    encrypted_secret = models.TextField(help_text="Fernet token; empty without a key.")
    secret_set_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    @override
    def __str__(self) -> str:
        return self.deployment_slug


class AllowedTarget(models.Model):
    """A private network or host that the operator lets the endpoints of one arena reach."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    target = models.TextField(help_text="A network such as 10.0.0.0/8, or a host name.")
    port = models.IntegerField(null=True, help_text="None for any.")
    added_by = models.TextField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["target", "port", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "target", "port"],
                nulls_distinct=False,
                name="workers_one_allowed_target",
            )
        ]

    @override
    def __str__(self) -> str:
        return self.target if self.port is None else f"{self.target} port {self.port}"
