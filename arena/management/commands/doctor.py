"""Examine the installation and say how to mend what is broken."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from typing_extensions import override

from arena.diagnosis.examination import examine
from arena.diagnosis.finding import Finding, Status

_STYLES = {
    Status.OK: "green",
    Status.WARNING: "yellow",
    Status.FAILED: "bold red",
    Status.SKIPPED: "dim",
}
_EXIT_CODE = 5


class Command(BaseCommand):
    """Exit code 0 when nothing failed (warnings allowed), 5 when something did."""

    help = (
        "Check database role, event log, migrations, Redis, Celery, channel layer, clock, disk "
        "and every tenant's chain and projections. Exit code 0: nothing failed, 5: see the table."
    )
    # It must be able to say what is wrong where Django's own checks would stop it.
    requires_system_checks = []

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
        parser.add_argument(
            "--verify", action="store_true", help="compute every link of every chain again"
        )

    @override
    def handle(self, *args: Any, as_json: bool, verify: bool, **options: Any) -> None:
        findings = list(examine(data_dir=settings.DATA_DIR, verify=verify))
        if as_json:
            self.stdout.write(json.dumps([asdict(item) for item in findings], indent=2))
        else:
            self._print_table(findings)
        failures = sum(item.status is Status.FAILED for item in findings)
        if failures:
            raise CommandError(
                f"{failures} of {len(findings)} checks failed.", returncode=_EXIT_CODE
            )

    def _print_table(self, findings: list[Finding]) -> None:
        table = Table("check", "status", "finding")
        for item in findings:
            text = escape(item.detail)
            if item.mend:
                text += f"\n[italic]To mend: {escape(item.mend)}[/italic]"
            style = _STYLES[item.status]
            table.add_row(item.code, f"[{style}]{item.status}[/{style}]", text)
        is_terminal = self.stdout.isatty()
        console = Console(width=None if is_terminal else 120, no_color=not is_terminal)
        with console.capture() as captured:
            console.print(table)
        self.stdout.write(captured.get())
