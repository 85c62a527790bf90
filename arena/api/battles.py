"""Battles by key: start one, send more prompts, vote, and read the names that the vote opens."""

import uuid
from typing import Annotated, Any, Final

from django.http import HttpResponse
from django.urls import reverse
from ninja import Path, Router
from ninja.responses import Status

import voting.commands
import voting.queries
from arena.api.access import ApiKey, ApiRequest, key_of
from arena.api.battle_schemas import (
    Battle,
    BattleTerms,
    Filing,
    NewBallot,
    NewBattle,
    NewTurn,
)
from arena.api.battle_shapes import battle_shape
from arena.api.battle_steps import battle_id_of, begin, go_on, own_battle
from arena.api.battle_terms import check_consent, terms_of
from arena.api.conditional import not_modified
from arena.api.openapi import SCOPE
from arena.api.votes import IdempotencyKey
from voting import state
from voting.commands import Ballot, Prompt, Terms

router = Router(tags=["battles"])
READS: Final[dict[str, Any]] = {SCOPE: "read"}
VOTES: Final[dict[str, Any]] = {SCOPE: "vote"}
BattleId = Annotated[
    uuid.UUID,
    Path(description="Id of the battle.", example="2f1f5f8e-3d4e-5c0b-9d64-0d6c1f4b7a11"),
]


@router.get(
    "/battles/terms",
    response=BattleTerms,
    operation_id="get_battle_terms",
    summary="Read the terms of battles",
)
def get_battle_terms(request: ApiRequest, response: HttpResponse) -> BattleTerms | HttpResponse:
    """What voters must agree to, where battles can be started, and what may be sent."""
    terms = terms_of(tenant=request.tenant)
    return not_modified(request, response, version=(terms.model_dump_json(),)) or terms


@router.post(
    "/battles",
    auth=ApiKey("vote"),
    response={201: Battle, 200: Battle},
    operation_id="start_battle",
    summary="Start a battle",
    openapi_extra=VOTES,
)
def start_battle(
    request: ApiRequest, response: HttpResponse, new: NewBattle, idempotency_key: IdempotencyKey
) -> Status[Battle]:
    """Send a prompt to two hidden models. Needs a key with the scope `vote`.

    Their answers come by `battles/{battle_id}/stream`, or are in the battle once its status is
    `ready`. The same `Idempotency-Key` starts one battle only.
    """
    check_consent(new.consent_version, pointer="#/consent_version")
    tenant, key_id = request.tenant, key_of(request)
    battle_id = battle_id_of(tenant=tenant, key_id=key_id, idempotency_key=idempotency_key)
    is_new = begin(
        tenant=tenant,
        key_id=key_id,
        battle_id=battle_id,
        board=new.board,
        voter=new.voter,
        prompt=Prompt(text=new.prompt, system=new.system),
        terms=Terms(
            consent_version=new.consent_version,
            publish_prompt=new.publish_prompt,
            speed_hidden=new.speed_hidden,
            source="api",
        ),
    )
    return _made(request, response, battle_id, is_new=is_new)


@router.get(
    "/battles/{battle_id}",
    auth=ApiKey("read"),
    response=Battle,
    operation_id="get_battle",
    summary="Read a battle",
    openapi_extra=READS,
)
def get_battle(
    request: ApiRequest, response: HttpResponse, battle_id: BattleId
) -> Battle | HttpResponse:
    """A battle that this key has started. Needs a key with the scope `read`."""
    battle = own_battle(request, battle_id)
    response["Cache-Control"] = "private, no-cache"
    shape = battle_shape(tenant=request.tenant, battle_id=battle_id, battle=battle)
    return not_modified(request, response, version=(shape.model_dump_json(),)) or shape


@router.post(
    "/battles/{battle_id}/turns",
    auth=ApiKey("vote"),
    response={201: Battle, 200: Battle},
    operation_id="continue_battle",
    summary="Send another prompt",
    openapi_extra=VOTES,
)
def continue_battle(
    request: ApiRequest, response: HttpResponse, battle_id: BattleId, new: NewTurn
) -> Status[Battle]:
    """Send both models another prompt once both have answered. Needs the scope `vote`.

    Sending the same turn again changes nothing.
    """
    battle = own_battle(request, battle_id)
    is_new = go_on(
        tenant=request.tenant,
        battle_id=battle_id,
        battle=battle,
        turn=new.turn,
        prompt=new.prompt,
    )
    return _made(request, response, battle_id, is_new=is_new)


@router.post(
    "/battles/{battle_id}/vote",
    auth=ApiKey("vote"),
    response=Battle,
    operation_id="cast_vote",
    summary="Vote",
    openapi_extra=VOTES,
)
def cast_vote(
    request: ApiRequest, response: HttpResponse, battle_id: BattleId, ballot: NewBallot
) -> Battle:
    """Cast the one vote of a battle, which opens its names. Needs the scope `vote`.

    The same vote again changes nothing; another one is refused.
    """
    before = own_battle(request, battle_id)
    battle = voting.commands.cast_vote(
        tenant=request.tenant,
        battle_id=battle_id,
        voter=before.started.voter,
        ballot=Ballot(
            winner=ballot.winner,
            reasons=tuple(ballot.reasons),
            comment=ballot.comment,
            categories=ballot.categories,
            language=ballot.language,
        ),
        actor=str(key_of(request)),
    )
    response["Location"] = reverse("api-1:get_event", args=[battle.vote_position])
    return _changed(request, response, battle_id, battle, is_new=before.vote is None)


@router.post(
    "/battles/{battle_id}/skip",
    auth=ApiKey("vote"),
    response=Battle,
    operation_id="skip_battle",
    summary="Skip a battle",
    openapi_extra=VOTES,
)
def skip_battle(request: ApiRequest, response: HttpResponse, battle_id: BattleId) -> Battle:
    """Close a battle without a vote, which opens its names too. Needs the scope `vote`."""
    before = own_battle(request, battle_id)
    battle = voting.commands.skip_battle(
        tenant=request.tenant,
        battle_id=battle_id,
        voter=before.started.voter,
        actor=str(key_of(request)),
    )
    return _changed(request, response, battle_id, battle, is_new=before.is_open)


@router.post(
    "/battles/{battle_id}/categories",
    auth=ApiKey("vote"),
    response=Battle,
    operation_id="recategorise_vote",
    summary="Correct categories and language",
    openapi_extra=VOTES,
)
def recategorise_vote(
    request: ApiRequest, response: HttpResponse, battle_id: BattleId, filing: Filing
) -> Battle:
    """File the vote of a battle under other categories. Needs the scope `vote`."""
    before = own_battle(request, battle_id)
    battle = voting.commands.recategorise_vote(
        tenant=request.tenant,
        battle_id=battle_id,
        voter=before.started.voter,
        categories=filing.categories,
        language=filing.language,
        actor=str(key_of(request)),
    )
    return _changed(request, response, battle_id, battle, is_new=battle.version > before.version)


@router.post(
    "/battles/{battle_id}/erase",
    auth=ApiKey("vote"),
    response=Battle,
    operation_id="erase_battle",
    summary="Erase the texts of a battle",
    openapi_extra=VOTES,
)
def erase_battle(request: ApiRequest, response: HttpResponse, battle_id: BattleId) -> Battle:
    """Blank prompts, answers and comment for good; the vote stays. Needs the scope `vote`.

    An open battle becomes void. Erasing again changes nothing.
    """
    own_battle(request, battle_id)
    erased = voting.commands.erase_battle(
        tenant=request.tenant,
        battle_id=battle_id,
        reason="erasure",
        actor=str(key_of(request)),
    )
    battle = voting.queries.battle(tenant=request.tenant, battle_id=battle_id)
    return _changed(request, response, battle_id, battle, is_new=erased > 0)


def _made(
    request: ApiRequest, response: HttpResponse, battle_id: uuid.UUID, *, is_new: bool
) -> Status[Battle]:
    battle = voting.queries.battle(tenant=request.tenant, battle_id=battle_id)
    response["Location"] = reverse("api-1:get_battle", args=[battle_id])
    shape = _changed(request, response, battle_id, battle, is_new=is_new)
    return Status(201 if is_new else 200, shape)


def _changed(
    request: ApiRequest,
    response: HttpResponse,
    battle_id: uuid.UUID,
    battle: state.Battle,
    *,
    is_new: bool,
) -> Battle:
    if not is_new:
        response["Idempotent-Replay"] = "true"
    return battle_shape(tenant=request.tenant, battle_id=battle_id, battle=battle)
