"""File what was measured elsewhere: signed bundles, and the output of other tools."""

from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from ninja.responses import Status
from pydantic import TypeAdapter, ValidationError

import benchmarks.commands
from arena.api.access import ApiKey, ApiRequest, owner_of
from arena.api.problems import FieldError, ProblemError
from arena.api.run_access import signer_of
from arena.api.run_router import RUNS, router
from arena.api.run_schemas import RunJudged
from arena.api.run_sent import RunImport
from arena.api.run_shapes import judged
from arena_runner.contract.signing import Envelope
from benchmarks.queries.runs import RunInfo

_ID: Final = TypeAdapter(UUID)


@router.post(
    "/runs/import",
    auth=ApiKey("runner"),
    response={201: RunJudged, 200: RunJudged},
    operation_id="import_run",
    summary="Import a run",
    openapi_extra=RUNS,
)
def import_run(request: ApiRequest, response: HttpResponse, sent: RunImport) -> Status[RunJudged]:
    """File a bundle that an agent has signed offline, or the output of another tool (trust T0).

    Files are uploaded before. Send either `report`, or `tool`, `tool_output_sha256` and
    `manifest`. Needs the scope `runner`; the run is private. Sending it again changes nothing.
    """
    info, is_new = _imported(request, sent)
    response["Location"] = reverse("api-1:get_run", args=[info.run_id])
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return Status(201 if is_new else 200, judged(request, info))


def _imported(request: ApiRequest, sent: RunImport) -> tuple[RunInfo, bool]:
    of_tool = (sent.tool, sent.tool_output_sha256, sent.manifest)
    if sent.report is not None and of_tool == (None, None, None):
        return _bundle(request, sent.report)
    if sent.report is None and sent.tool and sent.tool_output_sha256 and sent.manifest:
        return benchmarks.commands.import_tool_output(
            tenant=request.tenant,
            tool=sent.tool,
            tool_output_sha256=sent.tool_output_sha256,
            manifest=sent.manifest,
            actor=owner_of(request),
        )
    detail = "Send either report, or tool, tool_output_sha256 and manifest."
    raise ProblemError("invalid-body", detail, errors=[FieldError(detail=detail, pointer="#")])


def _bundle(request: ApiRequest, envelope: Envelope) -> tuple[RunInfo, bool]:
    try:
        runner_id = _ID.validate_python(envelope.payload.get("runner_id"))
    except ValidationError:
        detail = "runner_id: is no UUID."
        raise ProblemError(
            "invalid-report",
            detail,
            errors=[FieldError(detail=detail, pointer="#/report/payload/runner_id")],
        ) from None
    return benchmarks.commands.import_report(
        tenant=request.tenant,
        envelope=envelope,
        signer=signer_of(request, runner_id=runner_id, key_id=envelope.key_id),
        actor=owner_of(request),
    )
