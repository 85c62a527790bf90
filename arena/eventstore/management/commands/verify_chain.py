"""Walk the hash chain of one tenant or all of them."""

import argparse
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from arena.eventstore import arguments
from arena.eventstore.verification import Broken, verify_chain


class Command(BaseCommand):
    """Exit code 1 and the first broken position when a log is not what was written."""

    help = "Recompute every link of the log; print the head, or the first broken position (exit 1)."

    @override
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        arguments.add_tenant(parser)

    @override
    def handle(self, *args: Any, tenant: str | None, **options: Any) -> None:
        broken = False
        for item in arguments.tenants(tenant):
            started = time.perf_counter()
            result = verify_chain(tenant_id=item.pk)
            seconds = time.perf_counter() - started
            if isinstance(result, Broken):
                broken = True
                self.stderr.write(
                    f"{item.slug}: broken at position {result.position:,}: {result.reason}"
                )
            else:
                self.stdout.write(
                    f"{item.slug}: {result.position:,} events verified in {seconds:.1f} s, "
                    f"head {result.hash.hex()}"
                )
        if broken:
            sys.exit(1)
