"""Store bytes under their SHA-256: manifests, samples, telemetry, reports, outputs of tools."""

import json
from typing import Any, Final

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from arena_runner.contract.canonical import canonical, sha256
from arena_runner.contract.samples import MAX_PACKED_BYTES
from benchmarks.models import Artifact
from benchmarks.state.refusals import RunRefused

UPLOADS: Final = ("samples", "telemetry", "environment", "machine", "tool_output")
"""Kinds that come from outside; the others are written by commands."""
MAX_BYTES: Final = MAX_PACKED_BYTES
_JSON: Final = "application/json"
_MEDIA_TYPES: Final = {
    "samples": "application/gzip",
    "telemetry": "application/gzip",
    "tool_output": "application/octet-stream",
}


def store_artifact(*, tenant: Tenant, stated_sha256: str, kind: str, content: bytes) -> bool:
    """Keep uploaded bytes; return whether they are new. The same bytes again change nothing.

    Raises RunRefused when the digest is not that of the bytes, DomainError for another kind or
    more than MAX_BYTES.
    """
    if kind not in UPLOADS:
        raise DomainError(f"kind: {kind!r} cannot be uploaded; there are: {', '.join(UPLOADS)}")
    if len(content) > MAX_BYTES:
        raise DomainError(f"the artifact has {len(content)} bytes, at most {MAX_BYTES} are taken")
    if (found := sha256(content)) != stated_sha256:
        raise RunRefused(
            "digest-mismatch",
            f"The bytes have the SHA-256 {found}, not {stated_sha256}. Send them again, whole.",
        )
    if Artifact.objects.filter(tenant=tenant, sha256=found).exists():
        return False
    keep(tenant, kind=kind, content=content)
    return True


def keep_json(tenant: Tenant, *, kind: str, value: Any) -> str:
    """Keep the canonical form of a JSON value and return its SHA-256."""
    return keep(tenant, kind=kind, content=canonical(value))


def keep(tenant: Tenant, *, kind: str, content: bytes) -> str:
    """Keep bytes and return their SHA-256. For commands, before they append."""
    name = sha256(content)
    row = Artifact(
        tenant=tenant,
        sha256=name,
        kind=kind,
        media_type=_media_type(kind, content),
        content=content,
        size_bytes=len(content),
    )
    Artifact.objects.bulk_create([row], ignore_conflicts=True)
    return name


def _media_type(kind: str, content: bytes) -> str:
    if kind != "tool_output":
        return _MEDIA_TYPES.get(kind, _JSON)
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return _MEDIA_TYPES[kind]
    return _JSON
