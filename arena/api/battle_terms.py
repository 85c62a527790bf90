"""What voters agree to before their first prompt is sent, and where battles can be started."""

import voting.queries
from arena.api.battle_schemas import BattleBoard, BattleTerms
from arena.api.problems import FieldError, ProblemError
from arena.tenancy.models import Tenant
from voting.commands.ballots import MAX_COMMENT_CHARACTERS, REASONS
from voting.commands.prompts import MAX_PROMPT_CHARACTERS, MAX_SYSTEM_CHARACTERS
from voting.state import BATTLE_LIFETIME, MAX_TURNS
from voting.text.categories import CATEGORIES
from voting.voters import CONSENT_VERSION

TERMS = (
    "Prompts, answers and comments are stored. Do not send anything personal or secret.",
    "The vote is published with the names of both models, without the name of the voter, under "
    "the licence of the board.",
    "The prompt is published only if the voter allows it.",
    "Texts are deleted on request; votes stay, because they name nobody.",
    "The names of the models appear after the vote, which is then final.",
)


def terms_of(*, tenant: Tenant) -> BattleTerms:
    """Return what GET battles/terms answers."""
    return BattleTerms(
        consent_version=CONSENT_VERSION,
        terms=list(TERMS),
        boards=boards_with_battles(tenant=tenant),
        reasons=list(REASONS),
        categories=list(CATEGORIES),
        max_prompt_characters=MAX_PROMPT_CHARACTERS,
        max_system_characters=MAX_SYSTEM_CHARACTERS,
        max_comment_characters=MAX_COMMENT_CHARACTERS,
        max_turns=MAX_TURNS,
        lifetime_s=int(BATTLE_LIFETIME.total_seconds()),
    )


def boards_with_battles(*, tenant: Tenant) -> list[BattleBoard]:
    """Return the boards on which two models can meet, oldest first."""
    found = []
    for board in voting.queries.boards(tenant=tenant):
        contenders = voting.queries.active_contenders(tenant=tenant, board=board.slug)
        models = {contender.model for contender in contenders}
        if len(models) > 1:
            found.append(
                BattleBoard(
                    slug=board.slug,
                    name=board.name,
                    licence=board.licence,
                    model_count=len(models),
                )
            )
    return found


def check_consent(version: str | None, *, pointer: str) -> None:
    """Raise ProblemError unless the voter agreed to the present terms."""
    if version != CONSENT_VERSION:
        detail = (
            f"{pointer}: Show GET battles/terms to the voter and send the consent_version that it "
            f"names, {CONSENT_VERSION!r}."
        )
        raise ProblemError(
            "consent-needed", detail, errors=[FieldError(detail=detail, pointer=pointer)]
        )
