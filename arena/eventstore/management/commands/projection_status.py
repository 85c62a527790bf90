"""Show how far each projection has come and which one has stopped."""

import argparse
import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table
from typing_extensions import override

from arena.eventstore import arguments, queries


class Command(BaseCommand):
    """Exit code 1 when a projection has stopped, so that a monitor can call it."""

    help = "Show position and lag (in events) of each projection; exit 1 when one has stopped."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")
        arguments.add_tenant(parser)

    @override
    def handle(self, *args: Any, tenant: str | None, as_json: bool, **options: Any) -> None:
        rows = [
            {"tenant": item.slug, **dataclasses.asdict(status)}
            for item in arguments.tenants(tenant)
            for status in queries.projection_statuses(tenant=item)
        ]
        if as_json:
            self.stdout.write(json.dumps(rows, default=str, indent=2))
        else:
            table = Table("tenant", "projection", "position", "lag (events)", "stopped")
            for row in rows:
                stopped = row["stopped_at_position"]
                table.add_row(
                    str(row["tenant"]),
                    str(row["name"]),
                    f"{row['position']:,}",
                    f"{row['lag']:,}",
                    f"at {stopped:,}: {row['stopped_reason']}" if stopped else "–",
                )
            console = Console(width=None if self.stdout.isatty() else 120)
            with console.capture() as captured:
                console.print(table)
            self.stdout.write(captured.get())
        if any(row["stopped_at_position"] is not None for row in rows):
            sys.exit(1)
