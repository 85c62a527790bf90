"""Read tables of boards and of votes counted per pair. Only projections write them."""

from django.db import models
from typing_extensions import override

from arena.tenancy.models import Tenant


class Board(models.Model):
    """A board: votes on it are comparable with each other."""

    pk = models.CompositePrimaryKey("tenant_id", "slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    slug = models.TextField()
    name = models.TextField()
    question = models.TextField()
    licence = models.TextField()
    attribution = models.TextField()
    opened_at = models.DateTimeField()
    position = models.BigIntegerField(help_text="Of the event that opened it.")

    @override
    def __str__(self) -> str:
        return self.slug


class PairCount(models.Model):
    """Votes that count, per board and ordered pair of model slugs: `model_a` stood on the left."""

    pk = models.CompositePrimaryKey("tenant_id", "board", "model_a", "model_b")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    model_a = models.TextField()
    model_b = models.TextField()
    wins_a = models.BigIntegerField()
    wins_b = models.BigIntegerField()
    ties = models.BigIntegerField()
    both_bad = models.BigIntegerField()
    last_vote_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.model_a} against {self.model_b} on {self.board}"
