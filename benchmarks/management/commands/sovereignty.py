"""Print sovereignty scores: ./manage.py sovereignty --tenant public --profile us-organisation."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from typing_extensions import override

import benchmarks.queries
from arena.eventstore import arguments
from benchmarks.sovereignty import Assessment, UnknownProfile, default_profile, profile_called


class Command(BaseCommand):
    """Print score, range, level and coverage of every deployment that has a reviewed fact."""

    help = "Print sovereignty scores as JSON, one deployment a line, highest first."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="slug of the arena")
        parser.add_argument("--profile", default=default_profile().slug, help="slug of the profile")
        parser.add_argument(
            "--on", default=None, help="day on which facts are believed, YYYY-MM-DD; today"
        )

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant = arguments.tenant_of(options["tenant"])
        try:
            profile = profile_called(options["profile"])
            on = date.fromisoformat(options["on"]) if options["on"] else timezone.now().date()
        except (UnknownProfile, ValueError) as error:
            raise CommandError(str(error)) from error
        found = benchmarks.queries.sovereignty.assessments(tenant=tenant, profile=profile, on=on)
        for slug in sorted(found, key=lambda slug: (-found[slug].low, slug)):
            self.stdout.write(json.dumps(_line(slug, found[slug]), ensure_ascii=False))


def _line(slug: str, found: Assessment) -> dict[str, Any]:
    return {
        "deployment": slug,
        "profile": found.profile.slug,
        "on": found.on.isoformat(),
        "score": found.low,
        "score_high": found.high,
        "level": found.level,
        "level_high": found.level_high,
        "coverage_percent": found.coverage_percent,
        "unmet": list(found.unmet),
    }
