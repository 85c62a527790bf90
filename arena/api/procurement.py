"""Procurement packs: a shortlist frozen at a position, with every fact behind it."""

import uuid
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.calculator_schemas import Parameters
from arena.api.conditional import not_modified
from arena.api.problems import FieldError, ProblemError
from arena.api.votes import IDEMPOTENCY_NAMESPACE, IdempotencyKey
from leaderboards.cost.reading import BadParameter
from leaderboards.procurement import freezing, making
from leaderboards.procurement.contents import Pack
from leaderboards.procurement.freezing import Frozen
from leaderboards.procurement.views import site_of

router = Router(tags=["costs"])


class NewPack(Parameters):
    """What the calculator is asked, floors included."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"input": 1_500_000, "output": 500_000}]},
    )


class PackReceipt(BaseModel):
    """A frozen pack and where its files are; none of them ever changes."""

    id: str = Field(description="SHA-256 of the JSON file, 64 hex digits.")
    position: int = Field(description="Position of the log that it stands for.")
    on: date = Field(description="Day on which facts and prices are held to be in force.")
    candidates: int
    left_out: int
    page: str
    pdf: str
    csv: str
    json_file: str


class PackDetail(PackReceipt):
    """The same with the whole content."""

    pack: Pack


@router.post(
    "/procurement-packs",
    auth=ApiKey("read"),
    response={201: PackReceipt, 200: PackReceipt},
    operation_id="freeze_procurement_pack",
    summary="Freeze a procurement pack",
)
def freeze_procurement_pack(
    request: ApiRequest, response: HttpResponse, new: NewPack, idempotency_key: IdempotencyKey
) -> Status[PackReceipt]:
    """Freeze the shortlist of the calculator as it is now. Needs a key with the scope `read`.

    The same `Idempotency-Key` gets its first pack again, whatever has happened since. The same
    content is the same pack, whoever asks for it.
    """
    tenant, key_id = request.tenant, key_of(request)
    try:
        pack = making.make(tenant=tenant, query=new.stated, site=site_of(request))
    except BadParameter as error:
        raise ProblemError(
            "invalid-body",
            str(error),
            errors=[FieldError(detail=str(error), pointer=f"#/{error.name}")],
        ) from error
    found, is_new = freezing.freeze_once(
        tenant=tenant,
        pack=pack,
        request_id=uuid.uuid5(
            IDEMPOTENCY_NAMESPACE, f"pack:{tenant.pk}:{key_id}:{idempotency_key}"
        ),
    )
    response["Location"] = reverse("api-1:get_procurement_pack", args=[found.pack_id])
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return Status(201 if is_new else 200, PackReceipt.model_validate(_receipt(request, found)))


@router.get(
    "/procurement-packs/{pack_id}",
    response=PackDetail,
    operation_id="get_procurement_pack",
    summary="Read a procurement pack",
)
def get_procurement_pack(
    request: ApiRequest,
    response: HttpResponse,
    pack_id: Annotated[
        str, Path(pattern=r"^[0-9a-f]{64}$", description="Id of the pack.", example="0" * 64)
    ],
) -> PackDetail | HttpResponse:
    """One frozen pack. It never changes."""
    found = freezing.frozen(tenant=request.tenant, pack_id=pack_id)
    fresh = not_modified(request, response, version=(found.pack_id,))
    return fresh or PackDetail.model_validate({**_receipt(request, found), "pack": found.pack})


def _receipt(request: HttpRequest, found: Frozen) -> dict[str, object]:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[found.pack_id]))

    return {
        "id": found.pack_id,
        "position": found.pack.position,
        "on": found.pack.on,
        "candidates": len(found.pack.candidates),
        "left_out": len(found.pack.left_out) + found.pack.left_out_unlisted,
        "page": address("procurement_pack"),
        "pdf": address("procurement_pack_pdf"),
        "csv": address("procurement_pack_csv"),
        "json_file": address("procurement_pack_json"),
    }
