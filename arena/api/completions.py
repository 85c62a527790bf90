"""OpenAI's chat completions as a way into a battle: one request, two answers, a vote later."""

import uuid
from typing import Annotated, Final

from asgiref.sync import async_to_sync
from django.db import connection
from django.http import HttpResponseBase, JsonResponse
from django.urls import reverse
from ninja import Header, Router

import voting.queries
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.battle_steps import battle_id_of, begin, go_on, own_battle
from arena.api.battle_stream import event_stream
from arena.api.battle_terms import boards_with_battles, check_consent
from arena.api.battles import VOTES
from arena.api.completion_chunks import chunks, completion, wait_for_answers
from arena.api.completion_schemas import ChatCompletion, CompletionBattle, NewCompletion
from arena.api.problems import FieldError, ProblemError
from voting import state
from voting.commands import Prompt, Terms

router = Router(tags=["battles"])
_SYSTEM: Final = ("system", "developer")
OptionalIdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{0,200}$",
        description="Your id of this request; sent again with it, it starts no second battle.",
    ),
]


@router.post(
    "/chat/completions",
    auth=ApiKey("vote"),
    response=ChatCompletion,
    operation_id="create_chat_completion",
    summary="Let two hidden models complete a chat",
    openapi_extra=VOTES,
)
def create_chat_completion(
    request: ApiRequest,
    new: NewCompletion,
    idempotency_key: OptionalIdempotencyKey = "",
) -> HttpResponseBase:
    """Start or continue a battle as an OpenAI client would ask a model. Needs the scope `vote`.

    `messages` are a system message, if any, and one prompt. To continue, send the prompts of the
    battle again with the next one, and `metadata.battle_id`: each model goes on from its own
    answers, so assistant messages are not read. With `stream` the answer is OpenAI's chunks.
    """
    tenant = request.tenant
    system, prompts = _conversation(new)
    battle_id = new.metadata.battle_id
    if battle_id is not None:
        _continue(request, battle_id, prompts)
    else:
        battle_id = _start(request, new, system, prompts, idempotency_key)
    battle = voting.queries.battle(tenant=tenant, battle_id=battle_id)
    head = _head(request, battle_id, battle)
    answer: HttpResponseBase
    if new.stream:
        answer = event_stream(chunks(tenant, battle, head))
    else:
        # The answers take their time, and connections to the database are few.
        connection.close()
        async_to_sync(wait_for_answers)(tenant, battle_id)
        battle = voting.queries.battle(tenant=tenant, battle_id=battle_id)
        whole = completion(tenant=tenant, battle=battle, head=head)
        answer = JsonResponse(whole.model_dump(mode="json"))
    answer["X-Arena-Battle-Id"] = str(battle_id)
    return answer


def _conversation(new: NewCompletion) -> tuple[str | None, list[str]]:
    """Return the system prompt and the prompts; raise ProblemError for anything else."""
    messages = list(new.messages)
    system = messages.pop(0).text if messages[0].role in _SYSTEM else None
    roles = [message.role for message in messages]
    wanted = ["user", "assistant"] * len(roles)
    if not roles or roles[-1] != "user" or roles != wanted[: len(roles)]:
        raise _refused(
            "#/messages",
            "Send a system message, if any, then prompts of the user with an answer of the "
            "assistant between two of them, and a prompt last.",
        )
    if len(roles) > 1 and new.metadata.battle_id is None:
        raise _refused(
            "#/metadata/battle_id",
            "A battle begins with one prompt. To continue one, name it in metadata.battle_id.",
        )
    return system, [message.text for message in messages[::2]]


def _start(
    request: ApiRequest,
    new: NewCompletion,
    system: str | None,
    prompts: list[str],
    idempotency_key: str,
) -> uuid.UUID:
    check_consent(new.metadata.consent_version, pointer="#/metadata/consent_version")
    key_id = key_of(request)
    battle_id = battle_id_of(
        tenant=request.tenant,
        key_id=key_id,
        idempotency_key=idempotency_key or str(uuid.uuid4()),
    )
    begin(
        tenant=request.tenant,
        key_id=key_id,
        battle_id=battle_id,
        board=_board(request, new.model),
        voter=new.user,
        prompt=Prompt(text=prompts[0], system=system),
        terms=Terms(
            consent_version=str(new.metadata.consent_version),
            publish_prompt=new.metadata.publish_prompt == "true",
            speed_hidden=new.metadata.speed_hidden == "true",
            source="api",
        ),
    )
    return battle_id


def _continue(request: ApiRequest, battle_id: uuid.UUID, prompts: list[str]) -> None:
    """Send the last prompt, unless it is the one that is being answered or was answered last."""
    battle = own_battle(request, battle_id)
    turns = voting.queries.conversation(tenant=request.tenant, battle_id=battle_id).turns
    known = [turn.prompt for turn in turns]
    if prompts == known:
        return
    if prompts[:-1] != known:
        raise _refused(
            "#/messages", "Send every prompt of this battle as it was, and the next one."
        )
    go_on(
        tenant=request.tenant,
        battle_id=battle_id,
        battle=battle,
        turn=len(prompts),
        prompt=prompts[-1],
    )


def _board(request: ApiRequest, model: str) -> str:
    """Return the board of the model's name; for `arena` alone the oldest that has battles."""
    _, _, slug = model.partition("/")
    if slug:
        return slug
    boards = boards_with_battles(tenant=request.tenant)
    if not boards:
        raise _refused("#/model", "No board of this arena has two models that can meet.")
    return boards[0].slug


def _head(request: ApiRequest, battle_id: uuid.UUID, battle: state.Battle) -> CompletionBattle:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(f"api-1:{name}", args=[battle_id]))

    return CompletionBattle(
        battle_id=battle_id,
        turn=battle.turn,
        battle_url=address("get_battle"),
        vote_url=address("cast_vote"),
    )


def _refused(pointer: str, message: str) -> ProblemError:
    detail = f"{pointer}: {message}"
    return ProblemError("invalid-body", detail, errors=[FieldError(detail=detail, pointer=pointer)])
