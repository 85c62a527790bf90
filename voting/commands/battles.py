"""Start and continue battles, store their answers, void and skip them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from arena.eventstore import store
from arena.eventstore.domain import (
    ConcurrencyError,
    DomainEvent,
    IdempotencyConflict,
)
from arena.tenancy.models import Tenant
from voting import models, queries
from voting.commands.answers import Answer, delivered
from voting.commands.assignments import assign, opened
from voting.commands.contents import committed, new_content
from voting.commands.prompts import Prompt, Terms, check_prompt
from voting.commitments import assignment_text, commitment
from voting.events import (
    BattleContinued,
    BattleSkipped,
    BattleStarted,
    BattleVoided,
    Mode,
    Side,
    VoidReason,
    battle_stream,
)
from voting.identities import leaks
from voting.queries import AssignmentInfo
from voting.queries.battles import Kind
from voting.signals import announce
from voting.state import Battle, BattleRefused, UnknownBattle
from voting.text.categories import categorise
from voting.text.languages import detect

_KIND_OF: Final[dict[Side, Kind]] = {"a": "answer_a", "b": "answer_b"}


def start_battle(
    *,
    tenant: Tenant,
    battle_id: UUID,
    board: str,
    mode: Mode,
    voter: str,
    prompt: Prompt,
    terms: Terms,
    actor: str,
    deployments: tuple[str, ...] = (),
    can_see_images: frozenset[str] = frozenset(),
) -> Battle:
    """Draw the models of a battle and record that it began; the same id begins once only.

    `deployments` are the chosen ones: none for a battle, two side by side, one for a direct chat.
    `can_see_images` are the deployments that take an image, needed where the prompt holds one.
    Raises DomainError for an unusable prompt, an unknown board, or where fewer models than
    needed can answer; IdempotencyConflict when the id began with another prompt, on another
    board or on other terms.
    """
    check_prompt(prompt)
    # Whoever has ticked "do not publish" since must not be answered with a prompt that may be.
    asked = (voter, board, mode, terms.publish_prompt, prompt.text, prompt.system or None)
    try:
        return _same_battle(tenant, battle_id, asked)
    except UnknownBattle:
        pass
    assignment = assign(
        tenant=tenant,
        battle_id=battle_id,
        board=board,
        mode=mode,
        deployments=deployments,
        can_see_images=can_see_images if prompt.image else None,
    )
    contents = [new_content(tenant, battle_id, kind="prompt", text=prompt.text)]
    if prompt.system:
        contents.append(new_content(tenant, battle_id, kind="system", text=prompt.system))
    if prompt.image:
        contents.append(new_content(tenant, battle_id, kind="image", image=prompt.image))
    by_kind = {row.kind: row for row in contents}
    event = BattleStarted(
        board=board,
        mode=mode,
        voter=voter,
        source=terms.source,
        consent_version=terms.consent_version,
        publish_prompt=terms.publish_prompt,
        speed_hidden=terms.speed_hidden,
        assignment_commitment=commitment(
            salt=assignment.salt,
            content=assignment_text(
                deployment_a=assignment.deployment_a,
                deployment_b=assignment.deployment_b,
                pair_probability_ppb=assignment.pair_probability_ppb,
            ),
        ),
        prompt_content_id=by_kind["prompt"].id,
        prompt_commitment=committed(by_kind["prompt"]),
        system_content_id=by_kind["system"].id if prompt.system else None,
        system_commitment=committed(by_kind["system"]) if prompt.system else None,
        image_content_id=by_kind["image"].id if prompt.image else None,
        image_commitment=committed(by_kind["image"]) if prompt.image else None,
        language=detect(prompt.text),
        categories=tuple(sorted(categorise(prompt.text, turn_count=1))),
    )
    try:
        with transaction.atomic():
            models.Assignment.objects.bulk_create([assignment])
            models.Content.objects.bulk_create(contents)
            _append(tenant, battle_id, [event], version=0, actor=actor)
    except (ConcurrencyError, IntegrityError):
        return _same_battle(tenant, battle_id, asked)
    return queries.battle(tenant=tenant, battle_id=battle_id)


def continue_battle(
    *, tenant: Tenant, battle_id: UUID, voter: str, turn: int, text: str, actor: str
) -> Battle:
    """Send both models another prompt, as this turn; sending the same turn again changes nothing.

    Raises UnknownBattle, BattleRefused where it may not go on, DomainError for an unusable prompt.
    """
    check_prompt(Prompt(text=text))
    battle = queries.battle(tenant=tenant, battle_id=battle_id, voter=voter)
    if turn == battle.turn > 1 and _prompt_of(tenant, battle_id, turn) == text:
        return battle
    battle.check_can_continue()
    if turn != battle.turn + 1:
        raise BattleRefused("wrong-turn", f"The next turn is {battle.turn + 1}, not {turn}.")
    content = new_content(tenant, battle_id, kind="prompt", turn=turn, text=text)
    event = BattleContinued(
        turn=turn, prompt_content_id=content.id, prompt_commitment=committed(content)
    )
    with transaction.atomic():
        models.Content.objects.bulk_create([content])
        _append(tenant, battle_id, [event], version=battle.version, actor=actor)
    return queries.battle(tenant=tenant, battle_id=battle_id)


def record_answers(
    *, tenant: Tenant, battle_id: UUID, turn: int, a: Answer, b: Answer | None, actor: str
) -> Battle:
    """Store the complete answers of a turn; one that gives its model away voids the battle.

    Raises UnknownBattle, BattleRefused when the turn is not being answered (any more).
    """
    battle = _answering(tenant, battle_id, turn)
    assignment = queries.assignment(tenant=tenant, battle_id=battle_id)
    sides: list[tuple[Side, str, Answer]] = [("a", assignment.model_a, a)]
    if b is not None and assignment.model_b is not None:
        sides.append(("b", assignment.model_b, b))
    contents = {
        side: new_content(tenant, battle_id, kind=_KIND_OF[side], turn=turn, text=answer.text)
        for side, _, answer in sides
    }
    events: list[DomainEvent] = [
        delivered(tenant=tenant, turn=turn, assignment=assignment, a=a, b=b, contents=contents)
    ]
    if battle.mode == "battle" and (side := _leaking_side(tenant, sides)):
        events.append(_voided(battle, assignment, reason="identity_leak", side=side))
    with transaction.atomic():
        models.Content.objects.bulk_create(contents.values())
        _append(tenant, battle_id, events, version=battle.version, actor=actor)
    return queries.battle(tenant=tenant, battle_id=battle_id)


def void_battle(
    *,
    tenant: Tenant,
    battle_id: UUID,
    reason: VoidReason,
    side: Side | None,
    actor: str,
    answering_turn: int | None = None,
) -> Battle:
    """Close an open battle without a result; one that is closed stays as it is.

    With `answering_turn` only while that turn is being answered. Raises UnknownBattle,
    ConcurrencyError when something else happens to it at the same moment.
    """
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    if not battle.is_open:
        return battle
    if answering_turn is not None and (battle.status, battle.turn) != ("answering", answering_turn):
        return battle
    assignment = queries.assignment(tenant=tenant, battle_id=battle_id)
    event = _voided(battle, assignment, reason=reason, side=side)
    with transaction.atomic():
        _append(tenant, battle_id, [event], version=battle.version, actor=actor)
    return queries.battle(tenant=tenant, battle_id=battle_id)


def void_if_left_alone(
    *, tenant: Tenant, battle_id: UUID, reason: VoidReason, unchanged_since: datetime, actor: str
) -> Battle:
    """Void an open battle unless something has happened to it since then."""
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    if battle.changed_at > unchanged_since:
        return battle
    return void_battle(tenant=tenant, battle_id=battle_id, reason=reason, side=None, actor=actor)


def skip_battle(*, tenant: Tenant, battle_id: UUID, voter: str, actor: str) -> Battle:
    """Close a battle without a vote; skipping it again changes nothing.

    Raises UnknownBattle, BattleRefused when it is closed in another way.
    """
    battle = queries.battle(tenant=tenant, battle_id=battle_id, voter=voter)
    if battle.status == "skipped":
        return battle
    battle.check_can_skip()
    assignment = queries.assignment(tenant=tenant, battle_id=battle_id)
    event = BattleSkipped(**opened(battle, assignment), turn=battle.turn)
    with transaction.atomic():
        _append(tenant, battle_id, [event], version=battle.version, actor=actor)
    return queries.battle(tenant=tenant, battle_id=battle_id)


def _same_battle(tenant: Tenant, battle_id: UUID, asked: tuple[object, ...]) -> Battle:
    """Return the battle of a repeated request; raise UnknownBattle, IdempotencyConflict."""
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    texts = queries.conversation(tenant=tenant, battle_id=battle_id)
    began = battle.started
    terms = (began.voter, began.board, began.mode, began.publish_prompt)
    if asked != (*terms, texts.turns[0].prompt, texts.system):
        raise IdempotencyConflict("this id belongs to a battle with another prompt; use a new one")
    return battle


def _prompt_of(tenant: Tenant, battle_id: UUID, turn: int) -> str | None:
    turns = queries.conversation(tenant=tenant, battle_id=battle_id).turns
    return next((texts.prompt for texts in turns if texts.turn == turn), None)


def _answering(tenant: Tenant, battle_id: UUID, turn: int) -> Battle:
    battle = queries.battle(tenant=tenant, battle_id=battle_id)
    if battle.status != "answering" or battle.turn != turn:
        raise BattleRefused(
            "not-answering", f"Turn {turn} of this battle is not being answered any more."
        )
    return battle


def _voided(
    battle: Battle,
    assignment: AssignmentInfo,
    *,
    reason: VoidReason,
    side: Side | None,
) -> BattleVoided:
    return BattleVoided(**opened(battle, assignment), turn=battle.turn, reason=reason, side=side)


def _leaking_side(tenant: Tenant, sides: list[tuple[Side, str, Answer]]) -> Side | None:
    for side, model, answer in sides:
        if leaks(tenant=tenant, model_slug=model, answer=answer.text):
            return side
    return None


def _append(
    tenant: Tenant, battle_id: UUID, events: list[DomainEvent], *, version: int, actor: str
) -> None:
    store.append(
        tenant=tenant,
        stream=battle_stream(battle_id),
        events=events,
        expected_version=version,
        actor=actor,
    )
    if not isinstance(events[-1], BattleStarted | BattleContinued):
        announce(tenant=tenant, battle_id=battle_id, event=events[-1])
