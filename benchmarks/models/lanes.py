"""Read tables of model facts, names in the queue, lanes and badges. Only projections write them."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class ModelFact(models.Model):
    """The newest statement of one fact about one model."""

    pk = models.CompositePrimaryKey("tenant_id", "model_slug", "fact")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    model_slug = models.TextField()
    fact = models.TextField(help_text="Name of the event's field.")
    value = models.JSONField()
    source_name = models.TextField()
    source_url = models.TextField(null=True)
    stated_on = models.DateField()
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.model_slug} {self.fact}"


class ModelName(models.Model):
    """A name that no model was registered by, and what was decided about it."""

    pk = models.CompositePrimaryKey("tenant_id", "slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    slug = models.TextField()
    name = models.TextField()
    origin = models.TextField()
    seen_at = models.DateTimeField()
    seen_position = models.BigIntegerField()
    status = models.TextField(help_text="waiting, merged, registered or rejected.")
    into = models.TextField(null=True)
    reason = models.TextField(default="")
    decided_by = models.TextField(null=True)
    decided_at = models.DateTimeField(null=True)
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    @override
    def __str__(self) -> str:
        return f"{self.slug} {self.status}"


class BenchLane(models.Model):
    """A lane with its newest score; one variant stands once on one version of one bench."""

    pk = models.CompositePrimaryKey("tenant_id", "lane")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    lane = models.TextField(help_text="variant::bench-version::article")
    variant = models.TextField()
    bench = models.TextField()
    version = models.TextField()
    article = models.TextField()
    title = models.TextField()
    deployment_slug = models.TextField(null=True)
    registered_position = models.BigIntegerField()
    kind = models.TextField(null=True, help_text="claim or measured; null before a score.")
    stated_rank = models.IntegerField(null=True)
    quality = models.FloatField(null=True)
    quality_unit = models.TextField(default="")
    tokens_per_second = models.FloatField(null=True)
    runs = models.IntegerField(null=True)
    source_name = models.TextField(default="")
    source_url = models.TextField(null=True)
    stated_on = models.DateField(null=True)
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "bench", "version", "variant"], name="benchmarks_lane_on_bench"
            )
        ]

    @override
    def __str__(self) -> str:
        return self.lane


class BadgeHeld(models.Model):
    """A badge that was awarded; a withdrawn one stays, with when and why."""

    pk = models.CompositePrimaryKey("tenant_id", "kind", "subject", "badge")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    kind = models.TextField()
    subject = models.TextField()
    badge = models.TextField()
    is_held = models.BooleanField()
    reason = models.TextField(help_text="Of the last award or withdrawal.")
    by = models.TextField(help_text="Role of who awarded or withdrew it last.")
    stated_on = models.DateField()
    recorded_at = models.DateTimeField()
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.badge}"
