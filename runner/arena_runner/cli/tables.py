"""Tables of results: value, unit, how many observations, and the interval."""

from collections.abc import Sequence
from typing import Any, Final

from rich.table import Table

from arena_runner.agent.checkpoint import Checkpoint, RunFolder
from arena_runner.agent.results import PointResult, of_run
from arena_runner.cli.console import Out, plain_table
from arena_runner.contract.findings import Finding
from arena_runner.contract.metrics import Metric
from arena_runner.contract.report import SelfTest

_HEADLINES: Final = (
    "decode_tokens_per_second",
    "system_tokens_per_second",
    "prefill_tokens_per_second",
    "ttft_ms_p50",
    "ttft_ms_p95",
    "e2e_ms_p95",
    "request_rate_per_second",
    "joules_per_output_token",
)
_MARKS: Final = {"pass": "[green]pass[/green]", "warn": "[yellow]warn[/yellow]"}


def show_results(
    out: Out, folder: RunFolder, checkpoint: Checkpoint, *, everything: bool = False
) -> None:
    """Print the result of a run, or give it as JSON."""
    points = of_run(folder, checkpoint)
    if out.json:
        out.result(result_body(checkpoint, points))
        return
    out.out.print(_results(checkpoint, points, everything=everything))
    for point in points:
        if point.voided:
            out.warn(f"{point.point.key} does not count: {point.voided}")
        for notice in point.metrics.warnings:
            out.warn(f"{point.point.key}: {notice.message}")
    _say_conditions(out, checkpoint)


def result_body(checkpoint: Checkpoint, points: Sequence[PointResult]) -> dict[str, Any]:
    """Return the result of a run as JSON has it."""
    manifest, preparation = checkpoint.manifest, checkpoint.preparation
    conditions = preparation.model_dump(mode="json") if preparation else {}
    return {
        "run_id": str(checkpoint.run_id),
        "runner_id": str(checkpoint.runner_id),
        "state": checkpoint.state,
        "offline": checkpoint.offline,
        "model": manifest.recipe.model,
        "profile": manifest.profile.id,
        "identity_sha256": manifest.identity_sha256,
        "settings": dict(manifest.recipe.defaults),
        "attempts": [item.model_dump(mode="json") for item in checkpoint.attempts],
        "verdict": checkpoint.verdict,
        "points": [point.body() for point in points],
        **conditions,
    }


def findings_table(findings: Sequence[Finding]) -> Table:
    """Return what the doctor found."""
    table = plain_table(None, ("", "Check", "Found", "What to do"))
    for item in findings:
        mark = _MARKS.get(item.level, "[red]fail[/red]")
        table.add_row(mark, item.title, item.found, item.mend)
    return table


def number(value: float) -> str:
    """Return a number with three significant digits, and no exponent."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 0.001 or value == 0 else f"{value:.6f}"


def _results(checkpoint: Checkpoint, points: Sequence[PointResult], *, everything: bool) -> Table:
    manifest = checkpoint.manifest
    title = f"{manifest.recipe.model}, {manifest.profile.id}"
    table = plain_table(
        title, ("Point", "Metric", "#Value", "Unit", "#n", "#Runs", "95 % interval")
    )
    for point in points:
        shown = [
            item for item in point.metrics.measurements if everything or item.metric in _HEADLINES
        ]
        for index, item in enumerate(shown):
            table.add_row(point.point.title if index == 0 else "", *_cells(item))
    return table


def _cells(item: Metric) -> tuple[str, ...]:
    interval = ""
    if item.lower is not None and item.upper is not None:
        interval = f"{number(item.lower)} to {number(item.upper)}"
    return (
        item.metric,
        number(item.value),
        item.unit,
        str(item.sample),
        str(item.runs),
        interval,
    )


def _say_conditions(out: Out, checkpoint: Checkpoint) -> None:
    preparation, verdict = checkpoint.preparation, checkpoint.verdict
    if preparation is not None and preparation.self_test is not None:
        out.say(f"Harness against a server of known speed: {_errors(preparation.self_test)}")
    if preparation is not None and preparation.canary is not None:
        out.say(f"Canary: {'passed' if preparation.canary.passed else 'FAILED'}")
    if verdict is None:
        short = str(checkpoint.run_id)[:8]
        out.say(f"Run {short} stays on this machine: arena-runner export {short}")
        return
    codes = ", ".join(verdict.get("reason_codes") or ())
    out.say(
        f"The arena says: {verdict.get('verdict')}, trust {verdict.get('trust_level')}"
        + (f" ({codes})" if codes else "")
        + ". Private until you publish it."
    )
    if verdict.get("run_url"):
        out.say(str(verdict["run_url"]))


def _errors(test: SelfTest) -> str:
    ttft_ms = test.ttft_measured_ms - test.ttft_true_ms
    rate = test.rate_measured_tokens_per_second / test.rate_true_tokens_per_second - 1
    return f"first token {ttft_ms:+.2f} ms, tokens per second {rate:+.2%}"
