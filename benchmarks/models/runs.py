"""Read tables of runs; beside the log: their leases, artifacts and log lines."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class RunStatus(models.TextChoices):
    """Where a run stands."""

    QUEUED = "queued", "Queued"
    LEASED = "leased", "Leased"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Run(models.Model):
    """A run as its events tell it. Only its projection writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "run_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    run_id = models.UUIDField()
    identity_sha256 = models.TextField()
    manifest_sha256 = models.TextField()
    model_slug = models.TextField()
    model_name = models.TextField(default="")
    deployment_slug = models.TextField()
    profile = models.TextField()
    point_keys = ArrayField(models.TextField())
    source = models.TextField()
    requested_by = models.TextField(help_text="Actor of the request.")
    requested_at = models.DateTimeField()
    runner_id = models.UUIDField(null=True, help_text="Asked for, or of the last attempt.")
    required_tags = ArrayField(models.TextField(), default=list)
    priority = models.IntegerField(default=0)
    reproduces = models.UUIDField(null=True)
    publish = models.TextField(null=True, help_text="Attribution decided when it was asked for.")
    status = models.TextField(choices=RunStatus.choices, default=RunStatus.QUEUED)
    attempt = models.IntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    engine = models.TextField(null=True)
    engine_version = models.TextField(null=True)
    image_digest = models.TextField(null=True)
    environment_sha256 = models.TextField(null=True)
    report_sha256 = models.TextField(null=True)
    key_id = models.TextField(null=True)
    failure_code = models.TextField(null=True)
    cancel_reason = models.TextField(null=True)
    verdict = models.TextField(null=True)
    reason_codes = ArrayField(models.TextField(), default=list)
    trust_level = models.TextField(default="T0")
    plausibility_version = models.TextField(null=True)
    reproduced_by = ArrayField(models.UUIDField(), default=list)
    visibility = models.TextField(default="private", help_text="private, published, retracted.")
    attribution = models.TextField(null=True)
    licence = models.TextField(null=True)
    payload_sha256 = models.TextField(null=True)
    published_at = models.DateTimeField(null=True)
    retraction_reason = models.TextField(null=True)
    superseded_by = models.UUIDField(null=True)
    invalidation_reason = models.TextField(null=True)
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "-requested_at"], name="benchmarks_run_newest"),
            models.Index(fields=["tenant", "deployment_slug"], name="benchmarks_run_deployment"),
            models.Index(fields=["tenant", "runner_id"], name="benchmarks_run_runner"),
            models.Index(fields=["tenant", "identity_sha256"], name="benchmarks_run_identity"),
        ]

    @override
    def __str__(self) -> str:
        return str(self.run_id)


class RunAttempt(models.Model):
    """One lease of a run and how it ended. Only the projection of runs writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "run_id", "attempt")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    run_id = models.UUIDField()
    attempt = models.IntegerField()
    runner_id = models.UUIDField()
    fence = models.BigIntegerField()
    state = models.TextField(help_text="leased, running, completed, failed, expired, cancelled.")
    code = models.TextField(null=True)
    assigned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.run_id} attempt {self.attempt}"


class RunPoint(models.Model):
    """A measured point of a run. Only its projection writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "run_id", "point_key")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    run_id = models.UUIDField()
    point_key = models.TextField()
    attempt = models.IntegerField()
    samples_sha256 = models.TextField()
    sample_count = models.IntegerField()
    voided = models.TextField(null=True)
    metrics_version = models.TextField()
    measurements = models.JSONField(help_text="Measurements by metric.")
    energy_joules = models.FloatField(null=True)
    power_scope = models.TextField(null=True)
    recorded_at = models.DateTimeField()
    position = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.run_id} {self.point_key}"


class RunJob(models.Model):
    """Who may work on a run right now: the truth about leases, written by commands alone."""

    pk = models.CompositePrimaryKey("tenant_id", "run_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    run_id = models.UUIDField()
    state = models.TextField(help_text="queued, leased, done, dead, cancelled.")
    runner_id = models.UUIDField(null=True, help_text="The only runner that may take it.")
    required_tags = ArrayField(models.TextField(), default=list)
    profile = models.TextField(default="")
    requested_by = models.TextField(default="", help_text="Actor of the request.")
    priority = models.IntegerField(default=0)
    requested_at = models.DateTimeField()
    leased_to = models.UUIDField(null=True)
    attempt = models.IntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text="By the clock of the database.")
    cancel_requested = models.BooleanField(default=False)
    points_total = models.IntegerField()
    points_done = ArrayField(models.TextField(), default=list)
    progress = models.JSONField(default=dict, help_text="What the runner last said; shown only.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "-priority", "requested_at"],
                condition=models.Q(state="queued"),
                name="benchmarks_job_queued",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state="leased"),
                name="benchmarks_job_leased",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class Artifact(models.Model):
    """Bytes named by their SHA-256: manifests, samples, telemetry, reports. Written once."""

    pk = models.CompositePrimaryKey("tenant_id", "sha256")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    sha256 = models.TextField()
    kind = models.TextField(
        help_text=(
            "manifest, machine, environment, samples, telemetry, report, tool_output, payload, and"
            " late_report: refused, kept as evidence, never scored."
        )
    )
    media_type = models.TextField()
    content = models.BinaryField()
    size_bytes = models.IntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class RunLogLine(models.Model):
    """What an agent said while it worked: private to the run's owner, never in an event."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, models.CASCADE)
    run_id = models.UUIDField()
    attempt = models.IntegerField()
    at = models.DateTimeField()
    level = models.TextField()
    text = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "run_id", "id"], name="benchmarks_log_of_run")]

    @override
    def __str__(self) -> str:
        return f"{self.run_id} {self.at}"
