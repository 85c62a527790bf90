"""Read table of what the seed texts state. Only its projection writes it."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class SeedClaim(models.Model):
    """One statement of a seed text; none replaces another."""

    pk = models.CompositePrimaryKey("tenant_id", "position")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    position = models.BigIntegerField()
    seed = models.TextField()
    section = models.TextField()
    deployment_slug = models.TextField(null=True)
    subject = models.TextField()
    metric = models.TextField()
    value = models.FloatField()
    unit = models.TextField()
    out_of = models.FloatField(null=True)
    setting = models.TextField()
    approximate = models.BooleanField()
    note = models.TextField()
    source_name = models.TextField()
    source_url = models.TextField(null=True)
    stated_on = models.DateField()

    @override
    def __str__(self) -> str:
        return f"{self.seed} {self.metric} {self.position}"
