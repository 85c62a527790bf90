"""Cast the vote of a battle, and file it under other categories."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, get_args
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from arena.eventstore import store
from arena.eventstore.domain import ConcurrencyError, DomainError
from arena.tenancy.models import Tenant
from voting import models, queries
from voting.commands.contents import committed, new_content
from voting.events import (
    AnswersDelivered,
    VoteCast,
    VoteRecategorised,
    Winner,
    battle_stream,
)
from voting.languages import UNDETERMINED, spoken
from voting.queries import AssignmentInfo
from voting.signals import announce
from voting.state import Battle, BattleRefused
from voting.text.categories import Category

REASONS: Final = (
    "useful",
    "complete",
    "clear",
    "creative",
    "wrong",
    "shallow",
    "ignored_instructions",
)
"""What a voter may say the vote was about."""
MAX_COMMENT_CHARACTERS: Final = 2_000
MAX_FILINGS: Final = 20
"""Times that a voter may file one vote anew: each is an event that all boards read."""
_ATTEMPTS: Final = 3
_STYLE: Final = ("style_tokens", "headers", "list_items", "bold")


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """What a voter says. Categories and language are None where the voter left them as they are."""

    winner: Winner
    reasons: tuple[str, ...] = ()
    comment: str | None = None
    categories: Collection[str] | None = None
    language: str | None = None


def cast_vote(*, tenant: Tenant, battle_id: UUID, voter: str, ballot: Ballot, actor: str) -> Battle:
    """Record the one vote of a battle, which opens its names; the same vote again changes nothing.

    Raises UnknownBattle, BattleRefused (another vote, void, not complete, left alone for too
    long), DomainError for a ballot that cannot be.
    """
    _check(ballot)
    for attempt in range(_ATTEMPTS):
        battle = queries.battle(tenant=tenant, battle_id=battle_id, voter=voter)
        if battle.vote is not None and battle.vote.winner == ballot.winner:
            return battle
        battle.check_can_vote()
        if battle.is_expired(timezone.now()):
            raise BattleRefused(
                "battle-closed", "This battle was left alone for too long. Start another one."
            )
        try:
            _append_vote(tenant, battle_id, battle, ballot, actor)
        except ConcurrencyError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    return queries.battle(tenant=tenant, battle_id=battle_id)


def recategorise_vote(
    *,
    tenant: Tenant,
    battle_id: UUID,
    categories: Collection[str],
    language: str | None,
    actor: str,
    voter: str | None = None,
) -> Battle:
    """File a vote under these categories and this language; nothing happens when it is already.

    `voter` is the one whose battle it must be, None for a moderator. Raises UnknownBattle,
    BattleRefused without a vote, DomainError for unknown categories or language, and for a voter
    who has done so MAX_FILINGS times.
    """
    battle = queries.battle(tenant=tenant, battle_id=battle_id, voter=voter)
    if battle.vote is None:
        raise BattleRefused("no-vote-yet", "Categories can be changed once there is a vote.")
    after = tuple(sorted(_known(categories)))
    language_after = _language(language)
    if (after, language_after) == (battle.categories, battle.language):
        return battle
    if voter is not None and battle.filings >= MAX_FILINGS:
        raise DomainError(f"This vote was filed anew {MAX_FILINGS} times already; it stays there.")
    counted = {
        name: getattr(battle.vote, name)
        for name in ("board", "mode", "model_a", "model_b", "winner")
    } | {
        f"{name}_{side}": getattr(battle.vote, f"{name}_{side}") for name in _STYLE for side in "ab"
    }
    event = VoteRecategorised(
        **counted,
        language_before=battle.language,
        language_after=language_after,
        categories_before=battle.categories,
        categories_after=after,
    )
    store.append(
        tenant=tenant,
        stream=battle_stream(battle_id),
        events=[event],
        expected_version=battle.version,
        actor=actor,
    )
    return queries.battle(tenant=tenant, battle_id=battle_id)


def _append_vote(
    tenant: Tenant, battle_id: UUID, battle: Battle, ballot: Ballot, actor: str
) -> None:
    assignment = queries.assignment(tenant=tenant, battle_id=battle_id)
    comment = (ballot.comment or "").strip()
    row = (
        new_content(tenant, battle_id, kind="comment", turn=battle.turn, text=comment)
        if comment
        else None
    )
    event = _vote(battle, assignment, ballot, comment=row)
    if row is None:
        # By itself: every transaction that holds more keeps the arena's log waiting for longer.
        _append(tenant, battle_id, battle, event, actor)
        return
    with transaction.atomic():
        models.Content.objects.bulk_create([row])
        _append(tenant, battle_id, battle, event, actor)


def _append(tenant: Tenant, battle_id: UUID, battle: Battle, event: VoteCast, actor: str) -> None:
    store.append(
        tenant=tenant,
        stream=battle_stream(battle_id),
        events=[event],
        expected_version=battle.version,
        actor=actor,
    )
    announce(tenant=tenant, battle_id=battle_id, event=event)


def _vote(
    battle: Battle, assignment: AssignmentInfo, ballot: Ballot, *, comment: models.Content | None
) -> VoteCast:
    if assignment.model_b is None or assignment.deployment_b is None:
        raise BattleRefused("no-vote-here", "A chat with one model has nothing to vote on.")
    answered_at = battle.answered_at or battle.changed_at
    categories = (
        {*battle.categories, *(["multi-turn"] if battle.turn > 1 else [])}
        if ballot.categories is None
        else _known(ballot.categories)
    )
    return VoteCast(
        board=battle.started.board,
        mode=battle.mode,
        model_a=assignment.model_a,
        model_b=assignment.model_b,
        deployment_a=assignment.deployment_a,
        deployment_b=assignment.deployment_b,
        pair_probability_ppb=assignment.pair_probability_ppb,
        assignment_salt=assignment.salt,
        winner=ballot.winner,
        voter=battle.started.voter,
        turns=battle.turn,
        language=battle.language if ballot.language is None else _language(ballot.language),
        categories=tuple(sorted(categories)),
        speed_hidden=battle.started.speed_hidden,
        reasons=tuple(sorted(set(ballot.reasons))),
        comment_content_id=comment.id if comment else None,
        comment_commitment=committed(comment) if comment else None,
        reading_ms=max(0, round((timezone.now() - answered_at).total_seconds() * 1000)),
        **_style(battle.answers),
    )


def _style(answers: tuple[AnswersDelivered, ...]) -> dict[str, int]:
    """Return the counts of both sides over all turns."""
    return {
        f"{name}_{side}": sum(getattr(answer, f"{name}_{side}") or 0 for answer in answers)
        for name in _STYLE
        for side in "ab"
    }


def _check(ballot: Ballot) -> None:
    unknown = sorted(set(ballot.reasons) - set(REASONS))
    if unknown:
        raise DomainError(f"unknown reasons {unknown}; there are: {', '.join(REASONS)}")
    if len(ballot.comment or "") > MAX_COMMENT_CHARACTERS:
        raise DomainError(
            f"The comment has {len(ballot.comment or ''):,} characters; "
            f"{MAX_COMMENT_CHARACTERS:,} are allowed."
        )
    if "\x00" in (ballot.comment or ""):
        raise DomainError("The comment holds a NUL character. Remove it.")
    _known(ballot.categories or ())
    _language(ballot.language)


def _known(categories: Collection[str]) -> set[str]:
    known = get_args(Category)
    unknown = sorted(set(categories) - set(known))
    if unknown:
        raise DomainError(f"unknown categories {unknown}; there are: {', '.join(known)}")
    return set(categories)


def _language(text: str | None) -> str | None:
    """Return the BCP 47 tag; None for none; raise DomainError for what is no language."""
    if not text:
        return None
    found = spoken(text)
    if found == UNDETERMINED:
        raise DomainError(f"{text!r} is no language; want a BCP 47 tag such as en, de or zh-Hans")
    return found
