"""Take a score back: ./manage.py retract_score 4711 --tenant public --reason "wrong weights"."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

import benchmarks.queries
from arena.eventstore import arguments
from arena.eventstore.domain import DomainError
from arena.imports.command import ACTOR
from benchmarks.commands import retract_score


class Command(BaseCommand):
    """Append that a score was taken back; the statement before it stands again."""

    help = "Take back a score, by the position of the event that states it."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("position", type=int, help="as the page of a board's scores links it")
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--reason", required=True, help="why, one line; it is public")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant = arguments.tenant_of(options["tenant"])
        position: int = options["position"]
        found = {info.stated_position: info for info in benchmarks.queries.scores(tenant=tenant)}
        if position not in found:
            raise CommandError(f"no score was stated at position {position}")
        try:
            is_new = retract_score(
                tenant=tenant,
                score_id=found[position].score_id,
                reason=options["reason"],
                actor=ACTOR,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("taken back" if is_new else "was taken back before")
