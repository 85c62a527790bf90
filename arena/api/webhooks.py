"""Webhooks: addresses that are sent the news of boards."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Path, Router
from ninja.responses import Status
from pydantic import BaseModel, ConfigDict, Field

from arena.accounts.models import Scope
from arena.api.access import ApiKey, ApiRequest, good_key
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.run_router import MODERATES
from arena.api.schemas import SLUG, Answer
from arena.news_kinds import KINDS
from arena.notices import commands, queries
from arena.notices.commands.webhooks import BOARDS_MAX
from arena.notices.managers import Manager

router = Router(tags=["webhooks"])
_WORDS = "; ".join(f"`{kind}`: {words}" for kind, words in KINDS.items())


class NewWebhook(BaseModel):
    """Where to send what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"url": "https://9.9.9.9/news", "boards": ["text"]}]},
    )

    url: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="Begins with `https://` and answers a POST with 2xx within ten seconds."
    )
    boards: list[Annotated[str, Field(pattern=SLUG)]] = Field(min_length=1, max_length=BOARDS_MAX)
    kinds: list[Annotated[str, Field(max_length=40)]] = Field(
        default=list(KINDS), min_length=1, max_length=len(KINDS), description=_WORDS
    )


class WebhookAnswer(Answer):
    """A webhook. Its secret was told when it was made, and is not told again."""

    webhook_id: UUID
    url: str
    boards: list[str]
    kinds: list[str]
    created_at: datetime
    paused_at: datetime | None = Field(description="Null while news are sent.")
    paused_reason: str


class MadeWebhook(WebhookAnswer):
    """A webhook just made, with the secret that its messages are signed by."""

    secret: str = Field(description="`whsec_` and base64, as Standard Webhooks has it; told once.")


class WebhookPage(Page[WebhookAnswer]):
    """Webhooks by id."""


@router.get(
    "/webhooks",
    auth=ApiKey("moderate"),
    response=WebhookPage,
    operation_id="list_webhooks",
    summary="List webhooks",
    openapi_extra=MODERATES,
)
def list_webhooks(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> WebhookPage | HttpResponse:
    """The webhooks of the key's maker, with the scope `admin` all. Needs the scope `moderate`."""
    found = queries.webhooks(tenant=request.tenant, manager=_manager(request))
    items, following = page_of(
        sorted(map(WebhookAnswer.model_validate, found), key=lambda hook: str(hook.webhook_id)),
        sort_key=lambda hook: (str(hook.webhook_id),),
        kinds=(str,),
        cursor=cursor,
        limit=limit,
    )
    page = WebhookPage(items=items, next=following, has_more=following is not None)
    response["Cache-Control"] = "private, no-cache"
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.post(
    "/webhooks",
    auth=ApiKey("moderate"),
    response={201: MadeWebhook},
    operation_id="register_webhook",
    summary="Make a webhook",
    openapi_extra=MODERATES,
)
def register_webhook(
    request: ApiRequest, response: HttpResponse, new: NewWebhook
) -> Status[MadeWebhook]:
    """Have an address sent the news of boards from now on. Needs the scope `moderate`.

    The answer has the signing secret, this once. Sent again it makes another webhook.
    """
    manager = _manager(request)
    made = commands.register_webhook(
        tenant=request.tenant, manager=manager, url=new.url, boards=new.boards, kinds=new.kinds
    )
    found = queries.webhook(tenant=request.tenant, webhook_id=made.webhook_id, manager=manager)
    shape = WebhookAnswer.model_validate(found)
    response["Cache-Control"] = "no-store"
    return Status(201, MadeWebhook(**shape.model_dump(), secret=made.secret))


@router.delete(
    "/webhooks/{webhook_id}",
    auth=ApiKey("moderate"),
    response={204: None},
    operation_id="delete_webhook",
    summary="Delete a webhook",
    openapi_extra=MODERATES,
)
def delete_webhook(
    request: ApiRequest,
    webhook_id: Annotated[
        UUID,
        Path(description="Id of the webhook.", example="7a1c2b90-5d3e-5f0a-8b6e-3c9d2e1f4a55"),
    ],
) -> Status[None]:
    """Send it nothing more and forget its secret. Needs the scope `moderate`."""
    commands.delete_webhook(tenant=request.tenant, webhook_id=webhook_id, manager=_manager(request))
    return Status(204, None)


def _manager(request: ApiRequest) -> Manager:
    key = good_key(request)
    return Manager(actor_id=key.maker, manages_all=key.maker is None or Scope.ADMIN in key.scopes)
