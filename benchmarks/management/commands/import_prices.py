"""Import price lists of tokens, and what machines cost."""

from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser, DjangoHelpFormatter
from typing_extensions import override

from arena.imports.command import ACTOR, ImportCommand
from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from benchmarks import price_files
from benchmarks.price_files import Given, LiteLlmMap
from benchmarks.price_importing import PriceImport

_LITELLM = "LiteLLM price map"
_DIGITS_OF_DIGEST = 12


class _KeepsLines(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Leaves the table of columns as it is."""


class Command(ImportCommand):
    """Import a price list; a second run appends only what is not there."""

    help = (
        "Import prices of tokens and of hardware from CSV or from LiteLLM's map of prices, for"
        f" deployments and models that are registered.\n\n{price_files.SCHEMA}"
    )
    what = "prices"

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.formatter_class = _KeepsLines
        parser.add_argument("--date", type=_day, help="day of the list, where rows do not say it")
        parser.add_argument("--source", help="who states the prices, where rows do not say it")
        parser.add_argument("--source-url", help="where the list is published")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            type=_pair,
            metavar="NAME=DEPLOYMENT",
            help="the deployment that a name of the file means; may be given several times",
        )
        parser.add_argument(
            "--register",
            action="store_true",
            help="register the deployment of a known model at an operator that is new for it",
        )

    @override
    def source(self, path: Path) -> Source:
        return LiteLlmMap(path) if price_files.is_map(path) else Source(path)

    @override
    def handler(self, tenant: Tenant, source: Source, options: dict[str, Any]) -> PriceImport:
        name = options["source"]
        if isinstance(source, LiteLlmMap):
            if options["date"] is None:
                raise UnusableFile("the map has no date of its own: give its day with --date")
            digest = source.sha256()[:_DIGITS_OF_DIGEST]
            name = f"{name or _LITELLM} (SHA-256 {digest})"
        return PriceImport(
            tenant=tenant,
            actor=ACTOR,
            given=Given(name, options["source_url"], options["date"]),
            mapped=dict(options["map"]),
            registers=options["register"],
            dry_run=options["dry_run"],
        )


def _day(text: str) -> date:
    try:
        return price_files.day(text)
    except BadRow as error:
        raise ArgumentTypeError(str(error)) from None


def _pair(text: str) -> tuple[str, str]:
    name, sign, slug = text.rpartition("=")
    if not (name and sign and slug):
        raise ArgumentTypeError(f"{text!r} is not NAME=DEPLOYMENT")
    return name, slug
