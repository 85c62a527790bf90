"""Read tables of sovereignty facts and replies of operators. Only projections write them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class SovereigntyFact(models.Model):
    """A fact that somebody submitted, with its review. Rejected and superseded ones stay."""

    pk = models.CompositePrimaryKey("tenant_id", "fact_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    fact_id = models.UUIDField()
    deployment_slug = models.TextField()
    criterion = models.TextField()
    value = models.TextField()
    countries = ArrayField(models.TextField(), default=list)
    evidence = models.TextField()
    source_url = models.TextField(null=True)
    source_sha256 = models.TextField(null=True)
    note = models.TextField()
    stated_on = models.DateField()
    expires_on = models.DateField()
    criteria_version = models.TextField()
    interest = models.TextField()
    submitted_by = models.TextField()
    submitted_at = models.DateTimeField()
    submitted_position = models.BigIntegerField()
    status = models.TextField(help_text="waiting, accepted, rejected or superseded.")
    reason = models.TextField(default="", help_text="Of the review.")
    reviewed_by = models.TextField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_position = models.BigIntegerField(null=True)
    superseded_by = models.UUIDField(null=True)
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "deployment_slug"], name="benchmarks_facts_of_place")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug} {self.criterion} {self.status}"


class OperatorReply(models.Model):
    """One reply of one operator; later ones stand beside it."""

    pk = models.CompositePrimaryKey("tenant_id", "position")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    position = models.BigIntegerField()
    operator = models.TextField()
    text = models.TextField()
    source_url = models.TextField(null=True)
    stated_on = models.DateField()

    @override
    def __str__(self) -> str:
        return f"{self.operator} {self.stated_on}"
