"""Read tables of boards, votes and battles, which only projections write, and private content.

Content and assignments are written by commands, in the transaction of the event that commits to
them.
"""

from django.contrib.postgres.fields import ArrayField
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
    ties = models.TextField()
    both_bad = models.TextField()
    reweight_below = models.IntegerField(null=True)
    preliminary_below = models.IntegerField()
    policy_position = models.BigIntegerField(help_text="Of the event that set how it is rated.")
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


class StyledCount(models.Model):
    """Votes in battles, per ordered pair and stratum of style (voting.text.style)."""

    pk = models.CompositePrimaryKey("tenant_id", "board", "model_a", "model_b", "stratum")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    model_a = models.TextField()
    model_b = models.TextField()
    stratum = models.TextField()
    wins_a = models.BigIntegerField()
    wins_b = models.BigIntegerField()
    ties = models.BigIntegerField()
    both_bad = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.model_a} against {self.model_b} on {self.board}, {self.stratum}"


class DeploymentCount(models.Model):
    """Votes in battles, per ordered pair of deployments: `deployment_a` stood on the left."""

    pk = models.CompositePrimaryKey("tenant_id", "board", "deployment_a", "deployment_b")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    deployment_a = models.TextField()
    deployment_b = models.TextField()
    wins_a = models.BigIntegerField()
    wins_b = models.BigIntegerField()
    ties = models.BigIntegerField()
    both_bad = models.BigIntegerField()

    @override
    def __str__(self) -> str:
        return f"{self.deployment_a} against {self.deployment_b} on {self.board}"


class BoardVotes(models.Model):
    """All counted votes of a board, or of a part of one: a category, a language."""

    pk = models.CompositePrimaryKey("tenant_id", "board")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    votes = models.BigIntegerField()
    position = models.BigIntegerField(help_text="Of the last event that changed the counts.")

    @override
    def __str__(self) -> str:
        return f"{self.votes} votes on {self.board}"


class Contestant(models.Model):
    """A deployment that takes part, or took part, in the battles of a board."""

    pk = models.CompositePrimaryKey("tenant_id", "board", "deployment_slug")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    board = models.TextField()
    deployment_slug = models.TextField()
    model_slug = models.TextField()
    weight = models.FloatField()
    entered_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    reason = models.TextField(help_text="Of the last change; empty for the first entry.")
    position = models.BigIntegerField(help_text="Of the event that last changed it.")

    @override
    def __str__(self) -> str:
        return f"{self.deployment_slug} on {self.board}"


class Battle(models.Model):
    """A battle as far as its events tell: names stand here only once it is closed."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    id = models.UUIDField()
    board = models.TextField()
    mode = models.TextField()
    voter = models.TextField()
    status = models.TextField(help_text="answering, ready, voted, skipped or void")
    turn = models.IntegerField()
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When its newest event was recorded.")
    publish_prompt = models.BooleanField()
    language = models.TextField(null=True)
    categories = ArrayField(models.TextField())
    winner = models.TextField(null=True)
    void_reason = models.TextField(null=True)
    model_a = models.TextField(null=True)
    model_b = models.TextField(null=True)
    position = models.BigIntegerField(help_text="Of its newest event.")

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "voter", "-started_at"], name="voting_battles_of_voter"),
            models.Index(fields=["tenant", "status", "changed_at"], name="voting_open_battles"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.id} {self.status}"


class Assignment(models.Model):
    """Who answers a battle. Private: it becomes public with the event that closes the battle."""

    pk = models.CompositePrimaryKey("tenant_id", "battle_id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    battle_id = models.UUIDField()
    model_a = models.TextField()
    model_b = models.TextField(null=True)
    deployment_a = models.TextField()
    deployment_b = models.TextField(null=True)
    pair_probability_ppb = models.BigIntegerField(null=True)
    salt = models.TextField()

    @override
    def __str__(self) -> str:
        return str(self.battle_id)


class Content(models.Model):
    """A text or image that an event commits to. Erasing sets everything but its place to null."""

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant = models.ForeignKey(Tenant, models.CASCADE, db_index=False)
    id = models.UUIDField()
    battle_id = models.UUIDField()
    kind = models.TextField(help_text="prompt, system, image, answer_a, answer_b or comment")
    turn = models.IntegerField()
    text = models.TextField(null=True)
    image = models.BinaryField(null=True)
    salt = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["tenant", "battle_id"], name="voting_content_of_battle")]

    @override
    def __str__(self) -> str:
        return f"{self.kind} of {self.battle_id}"
