"""Import scores on suites from CSV or from results of lm-evaluation-harness."""

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser, DjangoHelpFormatter
from typing_extensions import override

from arena.imports.command import ACTOR, ImportCommand
from arena.imports.errors import UnusableFile
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from benchmarks import lm_eval_files, score_files
from benchmarks.lm_eval_files import LmEvalResults
from benchmarks.score_files import GivenScore
from benchmarks.score_importing import ScoreImport


class _KeepsLines(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Leaves the table of columns as it is."""


class Command(ImportCommand):
    """Import scores; a second run appends only what is not there."""

    help = (
        "Import scores that were measured with known tools, for deployments and models that are"
        f" registered.\n\n{score_files.SCHEMA}"
    )
    what = "scores"

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.formatter_class = _KeepsLines
        parser.add_argument("--deployment", help="slug of the deployment that was measured")
        parser.add_argument("--model", help="slug of the model, for a score that holds anywhere")
        parser.add_argument("--quantization", help="with --model: how its weights are stored")
        parser.add_argument("--source", help="who states the scores, where rows do not say it")
        parser.add_argument("--source-url", help="where they are published")
        parser.add_argument("--date", help="day of the scores, YYYY-MM-DD, where rows do not say")

    @override
    def source(self, path: Path) -> Source:
        return LmEvalResults(path) if lm_eval_files.is_results(path) else Source(path)

    @override
    def handler(self, tenant: Tenant, source: Source, options: dict[str, Any]) -> ScoreImport:
        if options["deployment"] and options["model"]:
            raise UnusableFile("give --deployment or --model, not both")
        if isinstance(source, LmEvalResults):
            if not (options["deployment"] or options["model"]):
                raise UnusableFile("the file does not say what was measured: give --deployment")
            if not options["source"]:
                raise UnusableFile("the file does not say who measured: give --source")
        return ScoreImport(
            tenant=tenant,
            actor=ACTOR,
            given=GivenScore(
                deployment=options["deployment"],
                model=options["model"],
                quantization=options["quantization"],
                source_name=options["source"],
                source_url=options["source_url"],
                stated_on=options["date"],
            ),
            sha256=source.sha256(),
            dry_run=options["dry_run"],
        )
