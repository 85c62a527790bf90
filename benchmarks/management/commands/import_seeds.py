"""Load the numbers of the seed texts as claims."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from arena.eventstore.domain import DomainError
from arena.imports.batch import Handler, Report, run
from arena.imports.command import ACTOR
from arena.imports.errors import UnusableFile
from arena.imports.progress import Progress
from arena.imports.rejects import Rejects
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from arena.tenancy.queries import UnknownTenant, by_slug
from benchmarks import seed_files
from benchmarks.importing import ExternalImport
from benchmarks.lane_importing import LaneImport
from benchmarks.seed_importing import SeedImport


class _File(NamedTuple):
    seed: str
    path: Path
    handler: Handler[Any]


class Command(BaseCommand):
    """Import every file of a folder of seed texts; a second run appends only what is not there."""

    help = (
        "Load the numbers of the seed texts as claims: labelled, with source and date,"
        " never ranked. The page /claims/ shows them with what the gate found."
    )

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument(
            "--dry-run", action="store_true", help="check every row and append nothing"
        )
        parser.add_argument(
            "--folder",
            type=Path,
            default=seed_files.FOLDER,
            help=f"folder with {seed_files.MANIFEST} and its files (those that ship)",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            default=Path(),
            help="folder for FILE.rejects.csv with line and reason of refused rows (where you are)",
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        dry_run: bool = options["dry_run"]
        total = Report()
        try:
            tenant = by_slug(options["tenant"])
            for file in _files(options["folder"], tenant, dry_run=dry_run):
                report = _import(file, options["rejects"])
                self.stdout.write(_line(f"{file.seed} {file.path.name}", report))
                total.read += report.read
                total.appended += report.appended
                total.present += report.present
                total.rejected += report.rejected
        except (UnusableFile, UnknownTenant, DomainError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_line("together", total))
        if total.rejected:
            self.stdout.write(f"Rejected rows and reasons: {options['rejects']}/*.rejects.csv")
        if dry_run:
            self.stdout.write("Dry run: nothing was appended; appended counts what would be.")


def _files(folder: Path, tenant: Tenant, *, dry_run: bool) -> Iterator[_File]:
    for text in seed_files.read_manifest(folder):
        if text.published:
            external = ExternalImport(tenant=tenant, actor=ACTOR, dry_run=dry_run)
            yield _File(text.seed, folder.parent / text.published, external)
        handler = SeedImport(tenant=tenant, actor=ACTOR, text=text, dry_run=dry_run)
        yield _File(text.seed, folder / text.file, handler)
        if text.lanes:
            lanes = LaneImport(tenant=tenant, actor=ACTOR, text=text, dry_run=dry_run)
            yield _File(text.seed, folder / text.lanes, lanes)


def _import(file: _File, rejects: Path) -> Report:
    source = Source(file.path)
    progress = Progress(size_bytes=source.size_bytes, stream=sys.stderr, what=file.path.name)
    with Rejects(rejects / f"{file.path.name}.rejects.csv") as refused, progress:
        return run(
            source=source, handler=file.handler, rejects=refused, progress=progress, limit=None
        )


def _line(what: str, report: Report) -> str:
    return (
        f"{what:<28} read {report.read:>6,}  appended {report.appended:>6,}"
        f"  there {report.present:>6,}  rejected {report.rejected:>6,}"
    )
