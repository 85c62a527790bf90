"""Read table of scores on suites. Only its projection writes it."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class Score(models.Model):
    """One stated score. Superseded and retracted ones stay."""

    pk = models.CompositePrimaryKey("tenant_id", "score_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    score_id = models.UUIDField(help_text="Of the event that states it.")
    deployment_slug = models.TextField(null=True)
    model_slug = models.TextField(null=True)
    quantization = models.TextField(null=True)
    suite = models.TextField()
    suite_version = models.TextField()
    metric = models.TextField()
    setting = models.TextField()
    value = models.FloatField()
    unit = models.TextField()
    out_of = models.FloatField(null=True)
    standard_error = models.FloatField(null=True)
    tasks_scored = models.IntegerField()
    tasks_unparsed = models.IntegerField(null=True)
    tasks_total = models.IntegerField(null=True)
    measures = models.TextField()
    judge_model = models.TextField(null=True)
    harness = models.TextField()
    harness_version = models.TextField()
    source_name = models.TextField()
    source_url = models.TextField(null=True)
    source_sha256 = models.TextField()
    stated_on = models.DateField()
    stated_position = models.BigIntegerField()
    retracted_position = models.BigIntegerField(null=True)
    retracted_reason = models.TextField(default="")
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug or self.model_slug} {self.suite} {self.stated_position}"
