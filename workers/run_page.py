"""All that the page of one run shows to one viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from arena.eventstore.reader import StoredEvent
from arena.tenancy.models import Tenant
from arena_runner.contract import profiles
from arena_runner.contract.report import TelemetrySummary
from benchmarks import run_words
from benchmarks.queries import runs
from benchmarks.queries.runs import AttemptInfo, RunInfo, RunState, Viewer, is_owner, seen_by
from workers import queries
from workers.run_again import recipe_yaml
from workers.run_evidence import Evidence, evidence
from workers.run_lines import RunLine, run_line, runner_names
from workers.run_points import charts, columns, point_rows
from workers.run_twins import Comparison, comparison
from workers.state.runners import RunnerInfo
from workers.wording import moment

EVENTS_MAX: Final = 500
_EVENT_WORDS: Final = {
    "RunRequested": "asked for",
    "RunAssigned": "taken by a runner",
    "RunLeaseExpired": "its runner fell silent; free again",
    "RunStarted": "the engine answers",
    "RunPointRecorded": "a point measured",
    "RunCompleted": "complete, signed report accepted",
    "RunAssessed": "judged by the plausibility gate",
    "RunReproduced": "confirmed by a run of another owner",
    "RunFailed": "an attempt failed",
    "RunCancelled": "cancelled",
    "RunPublished": "published",
    "RunRetracted": "retracted",
    "RunInvalidated": "invalidated by a moderator",
    "RunReleased": "released by a moderator",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """Raw bytes of a run that the viewer may have."""

    title: str
    sha256: str
    kind: str
    size_bytes: int | None
    """None when the arena has lost it."""
    name: str
    """What the download is called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLine:
    """One event of the run in words."""

    position: int
    type: str
    at: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptLine:
    """One attempt, and on whose machine as far as the viewer may know."""

    of: AttemptInfo
    runner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TelemetryLine:
    """What a report says of the machine during one point; `sha256` of the rows, where kept."""

    key: str
    summary: TelemetrySummary | None
    """None where the report is withheld."""
    sha256: str | None

    @property
    def other_percent(self) -> float | None:
        """Return the load of other programs in per cent of the CPU."""
        load = self.summary.other_load_mean if self.summary else None
        return None if load is None else load * 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A run as one viewer may see it."""

    info: RunInfo
    state: RunState
    viewer: Viewer
    is_owner: bool
    line: RunLine
    evidence: Evidence
    files: tuple[File, ...]

    @property
    def sees_all(self) -> bool:
        """Tell whether nothing of the run is withheld from the viewer."""
        return self.is_owner or self.viewer.sees_all

    @property
    def is_tombstone(self) -> bool:
        """Tell whether the viewer sees only that the run was, and why it is gone."""
        return not runs.shows_figures(self.info, self.viewer)


def page(*, tenant: Tenant, run_id: UUID, viewer: Viewer) -> Page:
    """Return a run for its page; raise UnknownRun where it is not for this viewer."""
    state = runs.run_state(tenant=tenant, run_id=run_id)
    if not runs.is_visible(state.info, viewer):
        raise runs.UnknownRun("there is no such run")
    info = seen_by(state.info, viewer)
    found = evidence(tenant=tenant, info=info)
    return Page(
        info=info,
        state=state,
        viewer=viewer,
        is_owner=is_owner(state.info, viewer),
        line=run_line(
            info,
            runs.job(tenant=tenant, run_id=run_id),
            viewer=viewer,
            names=runner_names(tenant),
        ),
        evidence=found,
        files=_files(tenant, info, state, found) if runs.shows_figures(info, viewer) else (),
    )


def context(*, tenant: Tenant, shown: Page) -> dict[str, Any]:
    """Return what the template of the page needs."""
    info, manifest = shown.info, shown.evidence.manifest
    rows = point_rows(manifest.profile, shown.state.points)
    runner = _runner(tenant, info)
    rungs = run_words.ladder(
        info, shown.evidence.report, is_platform=runner is not None and runner.origin == "platform"
    )
    return {
        "page": shown,
        "info": info,
        "line": shown.line,
        "evidence": shown.evidence,
        "manifest": manifest,
        "recipe_yaml": recipe_yaml(manifest),
        "is_released": manifest.profile.id in profiles.names(),
        "rows": rows,
        "columns": columns(),
        "charts": charts(manifest.profile, rows),
        "runner": runner,
        "rungs": rungs,
        "next_rung": run_words.missing_for_next(info, rungs),
        "verdict_meaning": run_words.VERDICTS.get(info.verdict or "", ""),
        "reasons": run_words.reasons(info),
        "telemetry": _telemetry(shown),
        "attempts": _attempts(tenant, shown),
        "events": _events(tenant, shown),
        "comparisons": _comparisons(tenant, shown),
        **_log(tenant, shown),
    }


def is_platform(tenant: Tenant, info: RunInfo) -> bool:
    """Tell whether the run was measured on a machine of the arena itself."""
    runner = _runner(tenant, info)
    return runner is not None and runner.origin == "platform"


def file_of(shown: Page, sha256: str) -> File | None:
    """Return the file of that digest, when it is one of the run's that the viewer may have."""
    return next((file for file in shown.files if file.sha256 == sha256), None)


def _files(tenant: Tenant, info: RunInfo, state: RunState, found: Evidence) -> tuple[File, ...]:
    wanted = [("Manifest", info.manifest_sha256, "manifest", "manifest.json")]
    if info.environment_sha256:
        wanted.append(("Environment", info.environment_sha256, "environment", "environment.json"))
    if info.report_sha256:
        wanted.append(("Signed report", info.report_sha256, "report", "report.json"))
    for key in (key for key in info.point_keys if key in state.points):
        point = state.points[key]
        # The output of another tool is one file for all of its points.
        kind = "tool_output" if info.source == "tool" else "samples"
        suffix = "json" if info.source == "tool" else "samples.jsonl.gz"
        wanted.append((f"Samples of {key}", point.samples_sha256, kind, f"{key}.{suffix}"))
    wanted += [
        (f"Telemetry of {key}", sha256, "telemetry", f"{key}.telemetry.jsonl.gz")
        for key, sha256 in _telemetry_digests(state, found).items()
    ]
    sizes = runs.artifact_sizes(tenant=tenant, digests=[item[1] for item in wanted])
    by_digest = {
        sha256: File(title=title, sha256=sha256, kind=kind, size_bytes=sizes.get(sha256), name=name)
        for title, sha256, kind, name in reversed(wanted)
    }
    return tuple(reversed(by_digest.values()))


def _runner(tenant: Tenant, info: RunInfo) -> RunnerInfo | None:
    if info.runner_id is None:
        return None
    try:
        return queries.runner(tenant=tenant, runner_id=info.runner_id)
    except queries.UnknownRunner:
        return None


def _telemetry_digests(state: RunState, found: Evidence) -> dict[str, str]:
    """Return the telemetry of each point that has some, as the log or the report names it."""
    reported = {
        point.key: point.telemetry_sha256 for point in (found.report.points if found.report else ())
    }
    recorded = {key: point.telemetry_sha256 for key, point in state.points.items()}
    return {key: sha256 for key, sha256 in {**reported, **recorded}.items() if sha256}


def _telemetry(shown: Page) -> list[TelemetryLine]:
    """Return what is known of the machine during each point."""
    report = shown.evidence.report
    summaries = {point.key: point.telemetry for point in (report.points if report else ())}
    digests = _telemetry_digests(shown.state, shown.evidence)
    return [
        TelemetryLine(key=key, summary=summaries.get(key), sha256=digests.get(key))
        for key in shown.info.point_keys
        if summaries.get(key) is not None or key in digests
    ]


def _attempts(tenant: Tenant, shown: Page) -> list[AttemptLine]:
    """Return every attempt; whose machine it was only where that is not withheld."""
    names = runner_names(tenant)
    is_withheld = shown.info.runner_id is None
    return [
        AttemptLine(
            of=attempt,
            runner="– withheld" if is_withheld else names.get(attempt.runner_id, "–"),
        )
        for attempt in runs.attempts(tenant=tenant, run_id=shown.info.run_id)
    ]


def _events(tenant: Tenant, shown: Page) -> list[EventLine]:
    history = runs.history(tenant=tenant, run_id=shown.info.run_id)[:EVENTS_MAX]
    return [_event_line(stored) for stored in history]


def _comparisons(tenant: Tenant, shown: Page) -> list[Comparison]:
    """Return how the run does among its twins, for those whose run it is."""
    if not shown.sees_all or shown.info.report_sha256 is None:
        return []
    return [comparison(tenant=tenant, info=shown.info)]


def _log(tenant: Tenant, shown: Page) -> dict[str, Any]:
    """Return the newest lines of the agent's log, for those who see all of the run."""
    if not shown.sees_all:
        return {"log_lines": None, "log_after": 0}
    lines = runs.last_log_lines(tenant=tenant, run_id=shown.info.run_id)
    return {"log_lines": lines, "log_after": lines[-1].id if lines else 0}


def _event_line(stored: StoredEvent) -> EventLine:
    data: Mapping[str, Any] = stored.data
    detail = {
        "RunPointRecorded": data.get("point_key"),
        "RunFailed": data.get("code"),
        "RunAssessed": f"{data.get('verdict')}, {data.get('trust_level')}",
        "RunLeaseExpired": f"attempt {data.get('attempt')}",
        "RunAssigned": f"attempt {data.get('attempt')}",
    }.get(stored.type)
    words = _EVENT_WORDS.get(stored.type, stored.type)
    return EventLine(
        position=stored.position,
        type=stored.type,
        at=moment(stored.recorded_at),
        text=f"{words}: {detail}" if detail else words,
    )
