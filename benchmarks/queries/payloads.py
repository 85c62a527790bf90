"""What would be public of a run: exactly these bytes, and their digest."""

import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from arena_runner.contract.canonical import canonical, sha256
from benchmarks.events import Attribution, RunPointRecorded, run_stream
from benchmarks.models import Artifact
from benchmarks.state.run import RunInfo, RunState, fold

PAYLOAD_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """Canonical JSON of all that a publication shows."""

    content: bytes
    sha256: str


def payload(*, tenant: Tenant, run_id: UUID, attribution: Attribution) -> Payload:
    """Return what publishing the run would show; raise UnknownRun.

    An anonymous payload names neither runner nor key, and leaves out the signed report, since the
    report names both.
    """
    history = reader.read_stream(tenant_id=tenant.pk, stream=run_stream(run_id))
    return payload_of(tenant=tenant, state=fold(history), attribution=attribution)


def payload_of(*, tenant: Tenant, state: RunState, attribution: Attribution) -> Payload:
    """Return the same of a run that is read already, or about to be stored."""
    info = state.info
    artifacts = _contents(
        tenant,
        {
            "manifest": info.manifest_sha256,
            "environment": info.environment_sha256,
            "report": info.report_sha256 if attribution == "named" else None,
        },
    )
    content = canonical(
        {
            "payload_version": PAYLOAD_VERSION,
            "attribution": attribution,
            "run": _run(info, attribution),
            "points": [_point(state.points[key]) for key in sorted(state.points)],
            **artifacts,
        }
    )
    return Payload(content=content, sha256=sha256(content))


def _run(info: RunInfo, attribution: Attribution) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "run_id": str(info.run_id),
        "identity_sha256": info.identity_sha256,
        "model": info.model_name,
        "deployment": info.deployment_slug,
        "profile": info.profile,
        "source": info.source,
        "engine": info.engine,
        "engine_version": info.engine_version,
        "image_digest": info.image_digest,
        "verdict": info.verdict,
        "reason_codes": list(info.reason_codes),
        "trust_level": info.trust_level,
        "finished_on": None if info.finished_at is None else info.finished_at.date().isoformat(),
    }
    if attribution == "named":
        shown |= {
            "runner_id": None if info.runner_id is None else str(info.runner_id),
            "key_id": info.key_id,
        }
    return shown


def _point(point: RunPointRecorded) -> dict[str, Any]:
    return {
        "key": point.point_key,
        "samples_sha256": point.samples_sha256,
        "sample_count": point.sample_count,
        "voided": point.voided,
        "metrics_version": point.metrics_version,
        "measurements": [asdict(item) for item in point.measurements],
        "energy_joules": point.energy_joules,
        "power_scope": point.power_scope,
        "telemetry_sha256": point.telemetry_sha256,
    }


def _contents(tenant: Tenant, digests: dict[str, str | None]) -> dict[str, Any]:
    """Return the JSON of each artifact by the name given; None where there is none."""
    rows = Artifact.objects.filter(
        tenant=tenant, sha256__in=[digest for digest in digests.values() if digest]
    ).values_list("sha256", "media_type", "content")
    found = {
        digest: json.loads(bytes(content)) if media_type == "application/json" else digest
        for digest, media_type, content in rows
    }
    return {name: found.get(digest or "") for name, digest in digests.items()}
