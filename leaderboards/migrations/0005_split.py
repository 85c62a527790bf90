"""What the votes tell of the builds of models, kept with the fit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leaderboards", "0004_procurement_packs")]

    operations = [
        migrations.AddField(
            "ratingfit",
            "builds",
            models.JSONField(default=list, help_text="BuildTest of leaderboards.builds, by model."),
        ),
    ]
