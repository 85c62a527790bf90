"""Read tables of models, their deployments and what others publish. Only projections write them."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class LanguageModel(models.Model):
    """A model as last registered."""

    pk = models.CompositePrimaryKey("tenant_id", "slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    slug = models.TextField()
    name = models.TextField()
    developer = models.TextField(null=True)
    licence = models.TextField(null=True)
    weights_open = models.BooleanField(null=True)
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    @override
    def __str__(self) -> str:
        return self.slug


class Deployment(models.Model):
    """A model as it is served in one place."""

    pk = models.CompositePrimaryKey("tenant_id", "slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    slug = models.TextField()
    model_slug = models.TextField()
    quantization = models.TextField(null=True)
    engine = models.TextField(null=True)
    hardware = models.TextField(null=True)
    node_count = models.IntegerField(null=True)
    operator = models.TextField(null=True)
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return self.slug


class ExternalValue(models.Model):
    """The latest value that one source states for one metric of one deployment."""

    pk = models.CompositePrimaryKey("tenant_id", "deployment_slug", "metric", "source_name")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    deployment_slug = models.TextField()
    metric = models.TextField()
    source_name = models.TextField()
    source_url = models.TextField(null=True)
    value = models.FloatField(null=True)
    unit = models.TextField()
    approximate = models.BooleanField()
    note = models.TextField()
    stated_on = models.DateField()
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug} {self.metric}"
