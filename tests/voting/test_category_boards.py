"""A vote counts on its board and on a board for each of its categories and its language."""

from collections.abc import Callable

import pytest

from arena.tenancy.models import Tenant
from leaderboards.queries import board_table
from tests import battles
from voting import queries
from voting.commands import recategorise_vote
from voting.queries import UnknownBoard

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
CODE_IN_ENGLISH = (
    "Please write a Python function that returns the longest common prefix of a list of words, "
    "and explain why it is correct."
)


@pytest.fixture
def contestants(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    deployments = battles.contest(tenant, ["Alpha", "Beta"])
    advance_all(tenant)
    return deployments


def votes_on(tenant: Tenant) -> dict[str, int]:
    return {
        board.slug: queries.pair_counts(tenant=tenant, board=board.slug).vote_count
        for board in queries.boards(tenant=tenant)
    }


def test_a_vote_counts_on_the_boards_of_its_categories_and_language(
    tenant: Tenant, contestants: list[str], advance_all: AdvanceAll
) -> None:
    battles.voted(tenant, prompt=CODE_IN_ENGLISH)
    advance_all(tenant)
    counted = votes_on(tenant)
    assert counted["text"] == counted["text--code"] == counted["text--lang-en"] == 1
    assert "text--maths" not in counted
    assert queries.board(tenant=tenant, slug="text--code").name == "Text, Code"
    assert queries.board(tenant=tenant, slug="text--lang-en").name == "Text, English"
    assert board_table(tenant=tenant, board="text--code").vote_count == 1


def test_a_vote_filed_anew_leaves_the_old_boards_and_joins_the_new_ones(
    tenant: Tenant, contestants: list[str], advance_all: AdvanceAll
) -> None:
    battle_id = battles.voted(tenant, prompt=CODE_IN_ENGLISH)
    advance_all(tenant)
    recategorise_vote(
        tenant=tenant, battle_id=battle_id, categories=["maths"], language="de", actor="moderator"
    )
    advance_all(tenant)
    assert votes_on(tenant) == {"text": 1, "text--maths": 1, "text--lang-de": 1}
    with pytest.raises(UnknownBoard):
        queries.board(tenant=tenant, slug="text--code")
    assert queries.styled_counts(tenant=tenant, board="text--maths")[0].stratum


def test_a_board_without_votes_in_a_category_has_no_such_part(
    tenant: Tenant, contestants: list[str]
) -> None:
    for slug in ("text--code", "text--lang-xx", "text--", "--code", "other--code"):
        with pytest.raises(UnknownBoard):
            queries.board(tenant=tenant, slug=slug)
