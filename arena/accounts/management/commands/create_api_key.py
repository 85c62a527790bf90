"""./manage.py create_api_key: make a key for programs and print it, once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from typing_extensions import override

from arena.accounts.commands import create_api_key
from arena.accounts.models import Scope
from arena.eventstore.domain import DomainError
from arena.tenancy.queries import UnknownTenant, by_slug


class Command(BaseCommand):
    """Print the new key alone on standard output, so that a script can take it from there."""

    help = "Make an API key for one arena and print it; it cannot be shown again."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument(
            "--scope", action="append", required=True, choices=Scope.values, dest="scopes"
        )
        parser.add_argument("--days", type=int, help="days until it expires; never without")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        days = options["days"]
        try:
            key = create_api_key(
                tenant=by_slug(options["tenant"]),
                by=None,
                name=options["name"],
                scopes=options["scopes"],
                expires_at=None if days is None else timezone.now() + timedelta(days=days),
            )
        except (DomainError, UnknownTenant) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(key.raw)
