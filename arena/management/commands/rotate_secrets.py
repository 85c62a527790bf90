"""./manage.py rotate_secrets: encrypt the stored secrets anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from arena.eventstore.arguments import add_tenant, tenants
from arena.notices.commands import reseal_secrets
from workers.commands import rotate_secrets
from workers.target import SealedSecret


class Command(BaseCommand):
    """After it the older keys of ARENA_SECRETS_KEYS can go."""

    help = (
        "Encrypt the API keys of all endpoints and the secrets of all webhooks under the first key"
        " of ARENA_SECRETS_KEYS."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        add_tenant(parser)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        for tenant in tenants(options["tenant"]):
            try:
                count = rotate_secrets(tenant=tenant)
                hooks = reseal_secrets(tenant=tenant)
            except SealedSecret as error:
                raise CommandError(f"{tenant.slug}: {error}") from error
            self.stdout.write(f"{tenant.slug}: {count} keys, {hooks} secrets of webhooks")
