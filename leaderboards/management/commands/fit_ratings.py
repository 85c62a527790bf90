"""Fit one board now, or as it was: ./manage.py fit_ratings --tenant public --board text --json."""

import json
import time
from dataclasses import asdict, replace
from typing import Any, Final, get_args

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.table import Table
from typing_extensions import override

import arena.tenancy.queries
import benchmarks.queries
import voting.queries
from arena.eventstore import arguments
from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from leaderboards import build_votes, history, sources
from leaderboards.board_fit import (
    FORMULA_VERSION,
    BoardFit,
    describe,
    fit_board,
    ratings_digest,
    settings_of,
)
from leaderboards.fit_settings import DrawPolicy, FitSettings, Interval
from leaderboards.ratings import MEAN_RATING
from leaderboards.tiers import tiers
from voting.queries import RatingPolicy

_TABLE_WIDTH: Final = 120


class Command(BaseCommand):
    """Fit one board from its counts and print ratings, intervals, counts and seconds."""

    help = (
        "Fit one board and print ratings, intervals, counts and seconds. Nothing is stored. "
        "Options other than the board's own policy are for trying things out."
    )

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", help="slug of the arena; the default one when left out")
        parser.add_argument("--board", required=True, help="slug of the board, such as text")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--as-of", type=int, metavar="POSITION", help="use the events up to this position only"
        )
        parser.add_argument("--ties", choices=get_args(DrawPolicy))
        parser.add_argument("--both-bad", choices=get_args(DrawPolicy))
        parser.add_argument(
            "--reweight-below",
            type=int,
            metavar="VOTES",
            help="weigh a vote 1 / max(votes of its pair, VOTES); 0 for every vote alike",
        )
        parser.add_argument("--interval", choices=get_args(Interval))
        parser.add_argument("--bootstrap-samples", type=int)
        parser.add_argument("--seed", type=int)

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        tenant = _tenant(options["tenant"])
        board, as_of = options["board"], options["as_of"]
        head = log_head(tenant=tenant).position
        if as_of is not None and not 0 < as_of <= head:
            raise CommandError(f"--as-of {as_of}: want a position from 1 to {head}")
        try:
            policy = voting.queries.policy_as_of(
                tenant=tenant, board=board, position=head if as_of is None else as_of
            )
        except voting.queries.UnknownBoard as error:
            known = ", ".join(item.slug for item in voting.queries.boards(tenant=tenant))
            raise CommandError(f"{error}; there are: {known or 'none yet'}") from error
        settings = _settings(policy, options)
        started = time.perf_counter()
        if as_of is None:
            result, seconds = _fit_now(tenant, board, policy, settings)
        else:
            result = history.fit_as_of(
                tenant=tenant, board=board, position=as_of, settings=settings
            )
            seconds = time.perf_counter() - started
        report = _report(board, head if as_of is None else as_of, result, seconds)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            self._print(report)

    def _print(self, report: dict[str, Any]) -> None:
        table = Table(
            "tier",
            "model",
            title=f"{report['board']} at position {report['position']:,}",
            caption=f"{report['vote_count']:,} votes in the fit, {report['model_count']} models, "
            f"{report['seconds']:.3f} s, {report['formula_version']}, {report['anchor']}. "
            f"Inputs {report['inputs_sha256'][:16]}, ratings {report['ratings_sha256'][:16]}.",
        )
        for title in ("Elo", "95 % interval", "P(first)", "votes"):
            table.add_column(title, justify="right")
        for row in report["ratings"]:
            table.add_row(
                "preliminary" if row["tier"] is None else str(row["tier"]),
                row["model"],
                f"{row['rating']:,.1f}",
                f"{row['lower']:,.1f} to {row['upper']:,.1f}",
                "–" if row["rank_one"] is None else f"{row['rank_one']:.1%}",
                f"{row['votes']:,}",
            )
        for row in report["unrated"]:
            table.add_row("–", row["model"], f"– ({row['reason']})", "", "", f"{row['votes']:,}")
        console = Console(file=self.stdout, soft_wrap=False)  # type: ignore[arg-type]
        console.width = max(console.width, _TABLE_WIDTH)
        console.print(table, markup=False)
        for term in report["coefficients"]:
            console.print(
                f"{term['name']}: {term['value_elo']:+.1f} Elo "
                f"({term['lower_elo']:+.1f} to {term['upper_elo']:+.1f})",
                markup=False,
            )


def _tenant(slug: str | None) -> Tenant:
    if slug is not None:
        return arguments.tenant_of(slug)
    default = [tenant for tenant in arena.tenancy.queries.all_tenants() if tenant.is_default]
    if not default:
        raise CommandError("no arena is the default one; name one with --tenant")
    return default[0]


def _settings(policy: RatingPolicy, options: dict[str, Any]) -> FitSettings:
    """The policy of the board, changed by the options that were given."""
    given = {
        name: options[name]
        for name in ("ties", "both_bad", "interval", "bootstrap_samples", "seed")
        if options[name] is not None
    }
    if options["reweight_below"] is not None:
        given["reweight_below"] = options["reweight_below"] or None
    try:
        return replace(settings_of(policy), **given)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _fit_now(
    tenant: Tenant, board: str, policy: RatingPolicy, settings: FitSettings
) -> tuple[BoardFit, float]:
    """The fit from the counts as they are, and its seconds with reading them."""
    makers = sources.makers(benchmarks.queries.models(tenant=tenant))
    deployments = {item.slug: item for item in benchmarks.queries.deployments(tenant=tenant)}
    started = time.perf_counter()
    rows = voting.queries.pair_counts(tenant=tenant, board=board).rows
    styled = voting.queries.styled_counts(tenant=tenant, board=board)
    of_builds = build_votes.read(tenant=tenant, board=board, deployments=deployments)
    result = fit_board(rows, styled, of_builds, policy=policy, makers=makers, settings=settings)
    return result, time.perf_counter() - started


def _report(board: str, position: int, result: BoardFit, seconds: float) -> dict[str, Any]:
    placing_of = {placing.model: placing for placing in tiers(result.listed)}
    terms = history.report(result)
    return {
        "board": board,
        "position": position,
        "formula_version": FORMULA_VERSION,
        "settings": describe(result.settings),
        "anchor": f"mean rating of the rated models = {MEAN_RATING:g}",
        "vote_count": result.fit.votes,
        "model_count": len(result.fit.ratings) + len(result.fit.unrated),
        "seconds": round(seconds, 6),
        "inputs_sha256": result.inputs_sha256,
        "ratings_sha256": ratings_digest(result.fit),
        "ratings": [
            {
                **asdict(row),
                "tier": placing_of[row.model].tier if row.model in placing_of else None,
                "rank_best": placing_of[row.model].rank_best if row.model in placing_of else None,
                "rank_worst": placing_of[row.model].rank_worst if row.model in placing_of else None,
                "rank_one": result.rank_one.get(row.model),
            }
            for row in result.fit.ratings
        ],
        "unrated": [
            {"model": row.model, "reason": row.reason.value, "votes": row.votes}
            for row in result.fit.unrated
        ],
        "builds": [asdict(test) for test in history.tests_of(result.builds)],
        "controlled_votes": terms["controlled_votes"],
        "coefficients": terms["coefficients"],
        "refused_terms": terms["refused_terms"],
    }
