"""Import what sources state about models: parameters, context, what they read."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import CommandParser, DjangoHelpFormatter
from typing_extensions import override

from arena.imports.command import ACTOR, ImportCommand
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from benchmarks import model_files
from benchmarks.model_importing import ModelFactsImport


class _KeepsLines(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Leaves the table of columns as it is."""


class Command(ImportCommand):
    """Import a file of model facts; a second run appends only what is not there."""

    help = (
        "Import facts about registered models from CSV, JSON lines, a JSON array (each also .gz) or"
        f" Parquet. benchmarks/seeds/model_facts.csv ships.\n\n{model_files.SCHEMA}"
    )
    what = "facts"

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.formatter_class = _KeepsLines

    @override
    def handler(self, tenant: Tenant, source: Source, options: dict[str, Any]) -> ModelFactsImport:
        return ModelFactsImport(tenant=tenant, actor=ACTOR, dry_run=options["dry_run"])
