"""Blank the texts of one battle: ./manage.py erase_battle ID --tenant public."""

from typing import Any, get_args
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from arena.eventstore import arguments
from voting.commands import erase_battle
from voting.events import ErasureReason
from voting.state import UnknownBattle


class Command(BaseCommand):
    """Blank the texts of one battle; its vote and its events stay."""

    help = (
        "Blank prompts, answers, images and comment of one battle, for a person who asks for it or "
        "because they may not be kept. The vote and the events stay, and the chain stays valid."
    )

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("battle", type=UUID, help="id of the battle, as in its address")
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--reason", choices=get_args(ErasureReason), default="erasure")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant = arguments.tenant_of(options["tenant"])
        try:
            erased = erase_battle(
                tenant=tenant,
                battle_id=options["battle"],
                reason=options["reason"],
                actor="erase_battle",
            )
        except UnknownBattle as error:
            raise CommandError(f"{error} in the arena {tenant.slug!r}") from None
        self.stdout.write(f"{erased} texts erased" if erased else "nothing was left to erase")
