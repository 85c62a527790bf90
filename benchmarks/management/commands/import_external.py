"""Import ratings, speeds, prices and claims that others publish."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import CommandParser, DjangoHelpFormatter
from typing_extensions import override

from arena.imports.command import ACTOR, ImportCommand
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from benchmarks import external_files
from benchmarks.importing import ExternalImport


class _KeepsLines(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Leaves the table of columns as it is."""


class Command(ImportCommand):
    """Import a file of published values; a second run appends only what is not there."""

    help = (
        "Import what others publish from CSV, JSON lines, a JSON array (each also .gz) or Parquet."
        f"\n\n{external_files.SCHEMA}"
    )
    what = "values"

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.formatter_class = _KeepsLines

    @override
    def handler(self, tenant: Tenant, source: Source, options: dict[str, Any]) -> ExternalImport:
        return ExternalImport(tenant=tenant, actor=ACTOR, dry_run=options["dry_run"])
