"""./manage.py create_tenant: open an arena and name its first owner."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from typing_extensions import override

from arena.accounts.commands import add_member
from arena.accounts.models import Role, User
from arena.eventstore.domain import DomainError
from arena.tenancy.commands import open_tenant
from arena.tenancy.queries import UnknownTenant, by_slug, is_slug


class Command(BaseCommand):
    """Refuses a slug that exists, so that no arena is changed by mistake."""

    help = "Open an arena; --owner names the account that owns it."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--slug", required=True, help="its name in addresses: /t/<slug>/")
        parser.add_argument("--name", required=True, help="its name for people")
        parser.add_argument("--public", action="store_true", help="readable without an account")
        parser.add_argument("--host", help="a host name of its own, such as arena.example.org")
        parser.add_argument("--owner", help="e-mail address of an account")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["slug"]
        if not is_slug(slug):
            raise CommandError(
                f"{slug!r} is no slug: use up to 50 letters, digits, hyphens and underscores."
            )
        self._refuse_existing(slug)
        owner = self._owner(options["owner"])
        try:
            with transaction.atomic():
                tenant = open_tenant(
                    slug=slug,
                    name=options["name"],
                    is_public=options["public"],
                    host=options["host"],
                )
                if owner:
                    add_member(tenant=tenant, user=owner, role=Role.OWNER, by=None)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except IntegrityError:
            raise CommandError(f"The host {options['host']!r} belongs to another arena.") from None
        self.stdout.write(f"Opened /t/{slug}/.")

    def _refuse_existing(self, slug: str) -> None:
        try:
            by_slug(slug)
        except UnknownTenant:
            return
        raise CommandError(f"An arena with the slug {slug!r} exists already.")

    def _owner(self, email: str | None) -> User | None:
        if email is None:
            return None
        try:
            return User.objects.get(email=email.lower())
        except User.DoesNotExist:
            raise CommandError(f"No account has the address {email!r}. Sign up first.") from None
