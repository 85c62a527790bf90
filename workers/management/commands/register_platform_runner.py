"""./manage.py register_platform_runner: let a machine of the arena itself take runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError
from typing_extensions import override

from arena.eventstore.arguments import tenant_of
from arena.eventstore.domain import DomainError
from arena_runner.contract.report import Machine
from workers.commands.runners import register_platform_runner

ACTOR = "operator"


class Command(BaseCommand):
    """Print the runner's id alone on standard output, so that a script can take it from there."""

    help = (
        "Register a machine of the arena itself, approved at once, and print its id. Done again"
        " with the same key it brings the description up to date."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--public-key", required=True, help="Ed25519, 64 hexadecimal digits")
        parser.add_argument(
            "--machine", required=True, type=Path, help="JSON file with what the agent found out"
        )
        parser.add_argument("--name", default="platform", help="what the runner is called")
        parser.add_argument("--tag", action="append", default=[], dest="tags")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            runner = register_platform_runner(
                tenant=tenant_of(options["tenant"]),
                name=options["name"],
                public_key=options["public_key"],
                machine=_machine(options["machine"]),
                tags=options["tags"],
                actor=ACTOR,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(runner.runner_id))


def _machine(file: Path) -> Machine:
    try:
        return Machine.model_validate_json(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = "/".join(map(str, first["loc"]))
        raise CommandError(f"{file}: /{where}: {first['msg']}") from error
