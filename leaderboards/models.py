"""The board as it was last computed: derived rows, written by rebuild.py only."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class BoardState(models.Model):
    """What one board's rows were computed from, and the position they stand for."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    board = models.TextField()
    position = models.BigIntegerField(default=0)
    previous_position = models.BigIntegerField(default=0)
    revision = models.BigIntegerField(default=0, help_text="Counts every change of the rows.")
    updated_at = models.DateTimeField(
        null=True, help_text="When the event at `position` was recorded; null for an empty log."
    )
    vote_count = models.BigIntegerField(default=0)
    model_count = models.IntegerField(default=0, help_text="Models with at least one vote.")
    formula_version = models.TextField(default="")
    inputs = models.TextField(default="", help_text="Fingerprint of all that the rows rest on.")
    report = models.JSONField(default=dict, help_text="Settings and coefficients of the fit.")
    column_keys = models.JSONField(default=list)
    anchor = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "board"], name="leaderboards_one_state")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.board} at {self.position}"


class LeaderboardRow(models.Model):
    """One row of one board. A new column needs no migration: its cells are JSON."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    key = models.TextField()
    order = models.IntegerField()
    section = models.TextField()
    tier = models.IntegerField(null=True)
    rank_best = models.IntegerField(null=True)
    rank_worst = models.IntegerField(null=True)
    model_slug = models.TextField()
    model_name = models.TextField()
    deployment_label = models.TextField(null=True)
    cells = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "board", "key"], name="leaderboards_one_row_a_key"
            )
        ]
        indexes = [models.Index(fields=["tenant", "model_slug"], name="leaderboards_row_of_model")]

    @override
    def __str__(self) -> str:
        return f"{self.key} on {self.board}"


class RatingFit(models.Model):
    """One fit of one board as it was made; nothing is ever changed in it."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    position = models.BigIntegerField(help_text="Of the log that its counts stand for.")
    made_at = models.DateTimeField(auto_now_add=True)
    formula_version = models.TextField()
    settings = models.JSONField()
    inputs_sha256 = models.TextField()
    ratings_sha256 = models.TextField()
    vote_count = models.BigIntegerField()
    duration_ms = models.FloatField()
    ratings = models.JSONField(help_text="[model, rating, lower, upper, votes], best first.")
    coefficients = models.JSONField()
    builds = models.JSONField(default=list, help_text="BuildTest of leaderboards.builds, by model.")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "board", "-position"], name="leaderboards_fits_of_board")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.board} at {self.position}"


class Dispute(models.Model):
    """A dispute of one cell, as the log has it. Only its projection writes it."""

    pk = models.CompositePrimaryKey("tenant_id", "dispute_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    dispute_id = models.UUIDField()
    board = models.TextField()
    row = models.TextField()
    column = models.TextField()
    reason = models.TextField()
    seen_position = models.BigIntegerField()
    event_position = models.BigIntegerField(null=True)
    disputed_by = models.TextField()
    disputed_at = models.DateTimeField()
    position = models.BigIntegerField()
    resolution = models.TextField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_position = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "board", "row"], name="leaderboards_disputes_of_row")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.row} {self.column} on {self.board}: {self.reason}"


class DisputeText(models.Model):
    """What somebody wrote to a dispute, for moderators. Erasing sets text and salt to null."""

    pk = models.CompositePrimaryKey("tenant_id", "dispute_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    dispute_id = models.UUIDField()
    written_by = models.TextField(help_text="Pseudonym, as in the event.")
    text = models.TextField(null=True)
    salt = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "written_by"], name="leaderboards_texts_of_reader")
        ]

    @override
    def __str__(self) -> str:
        return f"text of {self.dispute_id}"


class ProcurementPack(models.Model):
    """A shortlist as it was frozen: nothing is ever changed in it."""

    pk = models.CompositePrimaryKey("tenant_id", "pack_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    pack_id = models.TextField(help_text="SHA-256 of the content, 64 hex digits.")
    content = models.BinaryField(help_text="Canonical JSON, UTF-8.")
    frozen_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.pack_id[:12]


class PackRequest(models.Model):
    """A request that froze a pack, so that the same one gets the same pack again."""

    pk = models.CompositePrimaryKey("tenant_id", "request_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    request_id = models.UUIDField()
    pack_id = models.TextField()

    @override
    def __str__(self) -> str:
        return f"{self.request_id} froze {self.pack_id[:12]}"
