"""The command line that every import shares."""

import abc
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from typing_extensions import override

from arena.eventstore.domain import DomainError
from arena.imports.batch import Handler, Report, run
from arena.imports.errors import UnusableFile
from arena.imports.progress import Progress
from arena.imports.rejects import Rejects
from arena.imports.rows import Source
from arena.tenancy.models import Tenant
from arena.tenancy.queries import UnknownTenant, by_slug

ACTOR = "import"
_STOPPED = 130  # as shells report a process that Ctrl-C ended


class ImportCommand(BaseCommand, abc.ABC):
    """Reads a file row by row and appends what it says; the subclass knows what that is."""

    what: str
    """Plural noun of the things imported."""

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument(
            "--dry-run", action="store_true", help="check every row and append nothing"
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            help="where refused rows are listed with line and reason (FILE.rejects.csv)",
        )
        parser.add_argument("--limit", type=_positive, help="read only so many rows")

    @abc.abstractmethod
    def handler(self, tenant: Tenant, source: Source, options: dict[str, Any]) -> Handler[Any]:
        """Return the handler of this import for the parsed options."""

    def source(self, path: Path) -> Source:
        """Return the file as rows; raise UnusableFile."""
        return Source(path)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        dry_run: bool = options["dry_run"]
        try:
            tenant = by_slug(options["tenant"])
            source = self.source(path)
            handler = self.handler(tenant, source, options)
            rejects_path = options["rejects"] or path.with_name(f"{path.name}.rejects.csv")
            what = f"checking {self.what}" if dry_run else self.what
            progress = Progress(size_bytes=source.size_bytes, stream=sys.stderr, what=what)
            with Rejects(rejects_path) as rejects, progress:
                report = run(
                    source=source,
                    handler=handler,
                    rejects=rejects,
                    progress=progress,
                    limit=options["limit"],
                )
        except (UnusableFile, UnknownTenant, DomainError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError(
                "stopped; run the same command again to go on", returncode=_STOPPED
            ) from None
        self.stdout.write(_summary(report, self.what, rejects_path, dry_run=dry_run))


def _summary(report: Report, what: str, rejects: Path, *, dry_run: bool) -> str:
    rate = report.read / report.seconds if report.seconds else 0.0
    lines = [
        f"{what} read        {report.read:>12,}",
        f"{'would be appended' if dry_run else 'appended':<{len(what) + 12}}{report.appended:>12,}",
        f"{'already there':<{len(what) + 12}}{report.present:>12,}",
        f"{'rejected':<{len(what) + 12}}{report.rejected:>12,}",
        f"{report.seconds:.1f} s, {rate:,.0f} {what}/s",
    ]
    if report.rejected:
        lines.append(f"Each rejected row and its reason: {rejects}")
    if dry_run:
        lines.append("Dry run: nothing was appended.")
    return "\n".join(lines)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
