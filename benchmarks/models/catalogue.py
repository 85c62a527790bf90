"""Read tables of models, their deployments and what others publish. Only projections write them."""

from django.contrib.postgres.fields import ArrayField
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
    family = models.TextField(null=True)
    aliases = ArrayField(models.TextField(), default=list)
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


class DeploymentPrice(models.Model):
    """The price of a deployment from one day on. Earlier and later days have rows of their own."""

    pk = models.CompositePrimaryKey("tenant_id", "deployment_slug", "effective_on")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    deployment_slug = models.TextField()
    effective_on = models.DateField()
    input_usd_micros_per_million_tokens = models.BigIntegerField()
    output_usd_micros_per_million_tokens = models.BigIntegerField()
    cached_input_usd_micros_per_million_tokens = models.BigIntegerField(null=True)
    reasoning_usd_micros_per_million_tokens = models.BigIntegerField(null=True)
    source_name = models.TextField()
    source_url = models.TextField(null=True)
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug} {self.effective_on}"


class DeploymentPower(models.Model):
    """What a deployment draws, as stated on one day for the wall or for the GPUs."""

    pk = models.CompositePrimaryKey("tenant_id", "deployment_slug", "scope", "stated_on")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    deployment_slug = models.TextField()
    scope = models.TextField()
    stated_on = models.DateField()
    watts = models.IntegerField()
    source_name = models.TextField()
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug} {self.scope} {self.stated_on}"


class HardwarePrice(models.Model):
    """What the machines of a deployment cost to buy, as stated on one day."""

    pk = models.CompositePrimaryKey("tenant_id", "deployment_slug", "stated_on")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    deployment_slug = models.TextField()
    stated_on = models.DateField()
    usd_micros = models.BigIntegerField()
    months = models.IntegerField()
    source_name = models.TextField()
    source_url = models.TextField(null=True)
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug} {self.stated_on}"


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
