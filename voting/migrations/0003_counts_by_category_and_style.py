"""Counts by category, language and style, and how boards are rated."""

import django.db.models.deletion
from django.db import migrations, models


def fold_again(apps, schema_editor):
    """Empty the tables of both projections; the worker folds the log into them anew."""
    for name in ("Board", "PairCount"):
        apps.get_model("voting", name).objects.all().delete()
    apps.get_model("eventstore", "Checkpoint").objects.filter(
        projection__in=["boards", "pair_counts"]
    ).update(position=0)


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
        ("eventstore", "0002_append_only"),
        ("voting", "0002_battles"),
    ]

    operations = [
        migrations.RunPython(fold_again, migrations.RunPython.noop),
        migrations.AddField(
            "board", "ties", models.TextField(default="half"), preserve_default=False
        ),
        migrations.AddField(
            "board", "both_bad", models.TextField(default="half"), preserve_default=False
        ),
        migrations.AddField("board", "reweight_below", models.IntegerField(null=True)),
        migrations.AddField(
            "board", "preliminary_below", models.IntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            "board",
            "policy_position",
            models.BigIntegerField(default=0, help_text="Of the event that set how it is rated."),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="BoardVotes",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "board",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("board", models.TextField()),
                ("votes", models.BigIntegerField()),
                (
                    "position",
                    models.BigIntegerField(help_text="Of the last event that changed the counts."),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="tenancy.tenant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StyledCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "board",
                        "model_a",
                        "model_b",
                        "stratum",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("board", models.TextField()),
                ("model_a", models.TextField()),
                ("model_b", models.TextField()),
                ("stratum", models.TextField()),
                ("wins_a", models.BigIntegerField()),
                ("wins_b", models.BigIntegerField()),
                ("ties", models.BigIntegerField()),
                ("both_bad", models.BigIntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="tenancy.tenant",
                    ),
                ),
            ],
        ),
    ]
