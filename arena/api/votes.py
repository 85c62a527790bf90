"""Take votes that were cast elsewhere: each counts once, however often it is sent."""

import uuid
from typing import Annotated

from django.http import HttpResponse
from django.urls import reverse
from ninja import Header, Router
from ninja.responses import Status

import voting.commands
from arena.accounts.pseudonym import voter_pseudonym
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.vote_schemas import NewVote, VoteReceipt

router = Router(tags=["votes"])
IDEMPOTENCY_NAMESPACE = uuid.UUID("5b7d0c1e-93f2-5c55-8a43-2f6b1d0a9e84")
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        example="0d3f5c52-8a53-4f0e-9a43-5f1d6a1f7a51",
        description="Your id of this request, 1 to 200 visible ASCII characters, such as a UUID.",
    ),
]


@router.post(
    "/votes",
    auth=ApiKey("vote"),
    response={201: VoteReceipt, 200: VoteReceipt},
    operation_id="record_vote",
    summary="Record a vote",
)
def record_vote(
    request: ApiRequest, response: HttpResponse, vote: NewVote, idempotency_key: IdempotencyKey
) -> Status[VoteReceipt]:
    """Needs a key with the scope `vote`. The same `Idempotency-Key` records one vote only.

    A repeated request gets 200, the first receipt and `Idempotent-Replay: true`. Keys never
    expire, and those of two API keys are apart.
    """
    key_id = key_of(request)
    appended = voting.commands.record_vote(
        tenant=request.tenant,
        actor=str(key_id),
        event_id=uuid.uuid5(
            IDEMPOTENCY_NAMESPACE, f"{request.tenant.pk}:{key_id}:{idempotency_key}"
        ),
        **vote.model_dump(exclude={"voter"}),
        voter=vote.voter and voter_pseudonym(tenant=request.tenant, raw=vote.voter),
    )
    response["Location"] = reverse("api-1:get_event", args=[appended.position])
    if not appended.is_new:
        response["Idempotent-Replay"] = "true"
    return Status(
        201 if appended.is_new else 200,
        VoteReceipt(
            event_id=appended.event_id,
            position=appended.position,
            recorded_at=appended.recorded_at,
        ),
    )
