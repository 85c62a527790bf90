"""Take files of runs: bytes under their SHA-256, sent before what names them."""

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query
from ninja.responses import Status

import benchmarks.commands
from arena.api.access import ApiKey, ApiRequest
from arena.api.problems import ProblemError
from arena.api.run_router import RUNS, router
from arena.api.run_schemas import Sha256, StoredArtifact
from benchmarks.commands.artifacts import MAX_BYTES

UploadKind = Literal["samples", "telemetry", "environment", "machine", "tool_output"]


@router.put(
    "/artifacts/{sha256}",
    auth=ApiKey("runner"),
    response={201: StoredArtifact, 200: StoredArtifact},
    operation_id="store_artifact",
    summary="Store a file",
    openapi_extra={
        **RUNS,
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        },
    },
)
def store_artifact(
    request: ApiRequest,
    response: HttpResponse,
    sha256: Annotated[Sha256, Path(description="SHA-256 of the body.", example="0" * 64)],
    kind: Annotated[UploadKind, Query(description="What it is.", example="samples")],
) -> Status[StoredArtifact]:
    """Store the body under its SHA-256, at most 7 MB. Needs the scope `runner`.

    The same bytes again change nothing.
    """
    # Not request.body: Django keeps that for forms, with a limit of its own.
    content = request.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ProblemError("too-large", f"At most {MAX_BYTES} bytes are taken.")
    is_new = benchmarks.commands.store_artifact(
        tenant=request.tenant, stated_sha256=sha256, kind=kind, content=content
    )
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return Status(
        201 if is_new else 200,
        StoredArtifact(sha256=sha256, kind=kind, size_bytes=len(content)),
    )
