"""The append function, the append-only trigger and the order of reading."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eventstore", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "append.sql").read_text(),
            "DROP FUNCTION eventstore_append",
        ),
        migrations.RunSQL(
            (SQL / "append_only.sql").read_text(),
            "DROP TRIGGER eventstore_append_only ON eventstore_event;"
            "DROP FUNCTION eventstore_refuse_change",
        ),
    ]
