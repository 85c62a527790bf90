"""Counts by deployment: the votes of a battle name the two that answered."""

import django.db.models.deletion
from django.db import migrations, models


def fold_again(apps, schema_editor):
    """Empty the tables of the counts; the worker folds the log into them anew."""
    for name in ("PairCount", "StyledCount", "BoardVotes"):
        apps.get_model("voting", name).objects.all().delete()
    apps.get_model("eventstore", "Checkpoint").objects.filter(projection="pair_counts").update(
        position=0
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
        ("eventstore", "0002_append_only"),
        ("voting", "0003_counts_by_category_and_style"),
    ]

    operations = [
        migrations.RunPython(fold_again, migrations.RunPython.noop),
        migrations.CreateModel(
            name="DeploymentCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id",
                        "board",
                        "deployment_a",
                        "deployment_b",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("board", models.TextField()),
                ("deployment_a", models.TextField()),
                ("deployment_b", models.TextField()),
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
