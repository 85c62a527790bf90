"""./manage.py allow_target: let the endpoints of one arena reach a private address."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from arena.eventstore.arguments import tenant_of
from arena.eventstore.domain import DomainError
from workers.commands import allow_target, remove_target
from workers.queries import allowed_targets

ACTOR = "operator"


class Command(BaseCommand):
    """Adds, removes or lists what one arena may reach beside public addresses."""

    help = "Let the endpoints of one arena reach a private address, network or host name."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", nargs="?", help="such as 10.0.0.7, 10.0.0.0/8 or gpu.lan")
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--port", type=int, help="any port when left out")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--remove", action="store_true", help="allow it no more")
        what.add_argument("--list", action="store_true", help="print what is allowed")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant, target, port = tenant_of(options["tenant"]), options["target"], options["port"]
        if options["list"]:
            for entry in allowed_targets(tenant=tenant):
                self.stdout.write(f"{entry.target} {entry.port or 'any port'}")
            return
        if target is None:
            raise CommandError("Name an address, a network or a host, or use --list.")
        try:
            if options["remove"]:
                remove_target(tenant=tenant, target=target, port=port)
            else:
                allow_target(tenant=tenant, target=target, port=port, by=ACTOR)
        except DomainError as error:
            raise CommandError(str(error)) from error
