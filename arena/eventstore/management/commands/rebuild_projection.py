"""Fold one projection, or all of them, anew from the log."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from arena.eventstore import arguments
from arena.eventstore.projection import projections, rebuild, retry_stopped
from arena.eventstore.tasks import advance_projections


class Command(BaseCommand):
    """Readers see the old rows until the new ones are complete."""

    help = (
        "Delete and fold a projection anew, one transaction a tenant; readers see the old rows "
        "until it commits. `--resume` keeps the rows and only tries a stopped projection again."
    )

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("projection", help="its name (projection_status lists them), or `all`")
        parser.add_argument("--resume", action="store_true", help="try the poison event again")
        arguments.add_tenant(parser)

    @override
    def handle(
        self, *args: Any, projection: str, tenant: str | None, resume: bool, **options: Any
    ) -> None:
        names = (
            list(projections()) if projection == "all" else [arguments.projection_name(projection)]
        )
        for item in arguments.tenants(tenant):
            for name in names:
                if resume:
                    retry_stopped(tenant=item, name=name)
                else:
                    position = rebuild(tenant=item, name=name)
                    self.stdout.write(f"{item.slug}: {name} rebuilt up to position {position:,}")
            advance_projections(item.pk)
