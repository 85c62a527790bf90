"""Neither voters nor providers write what they like where everybody reads it."""

import contextlib
import json
from collections.abc import Callable
from typing import get_args

import pytest

from arena.eventstore.domain import DomainError
from arena.tenancy.models import Tenant
from tests import battles
from voting import languages, queries
from voting.commands import Ballot, cast_vote, recategorise_vote
from voting.commands.ballots import MAX_FILINGS
from voting.text.categories import Category
from workers.chunks import parse_chunk

AdvanceAll = Callable[[Tenant], None]


@pytest.fixture(autouse=True)
def _contestants(tenant: Tenant, advance_all: AdvanceAll) -> None:
    battles.contest(tenant, ["Wolf", "Heron"])
    advance_all(tenant)


@pytest.mark.parametrize("words", ["xx-buy-now-cheap", "en-x-hello-you", "zz", "de-aaaaaaaa"])
def test_language_of_a_vote_makes_no_board_of_a_voters_own_words(
    tenant: Tenant, advance_all: AdvanceAll, words: str
) -> None:
    battle_id = battles.answered(tenant)
    known = {info.slug for info in queries.boards(tenant=tenant)}
    allowed = {"text", "text--lang-en", "text--lang-de"} | {
        f"text--{category}" for category in get_args(Category)
    }

    with contextlib.suppress(DomainError):
        cast_vote(
            tenant=tenant, battle_id=battle_id, voter=battles.VOTER, actor=battles.ACTOR,
            ballot=Ballot(winner="tie", language=words),
        )  # fmt: skip
    advance_all(tenant)

    assert {info.slug for info in queries.boards(tenant=tenant)} - known <= allowed


@pytest.mark.parametrize(
    ("named", "found"),
    [("German", "de"), ("pt-BR", "pt"), ("zh_hant", "zh-Hant"), ("", None), ("xyz", "und")],
)
def test_languages_come_from_a_list(named: str, found: str | None) -> None:
    assert languages.spoken(named) == found


def test_every_language_that_detection_names_may_be_named() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    from voting.text.languages import _MACROLANGUAGES, _NO_LANGUAGE

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    named = {_MACROLANGUAGES.get(each, each) for each in model.nb_classes} - {_NO_LANGUAGE}

    assert named <= languages.SPOKEN


def test_a_vote_is_not_filed_anew_without_end(tenant: Tenant) -> None:
    battle_id = battles.voted(tenant)

    def file(number: int, *, voter: str | None) -> None:
        recategorise_vote(
            tenant=tenant, battle_id=battle_id, categories=["code"] if number % 2 else [],
            language="en", actor=battles.ACTOR, voter=voter,
        )  # fmt: skip

    for number in range(1, MAX_FILINGS + 1):
        file(number, voter=battles.VOTER)
    with pytest.raises(DomainError, match="stays there"):
        file(MAX_FILINGS + 1, voter=battles.VOTER)
    file(MAX_FILINGS + 1, voter=None)

    assert queries.battle(tenant=tenant, battle_id=battle_id).filings == MAX_FILINGS + 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [("stop", "stop"), ("length", "length"), ("I am Wolf 7B\x00", "other"), ("", None)],
)
def test_reason_for_the_end_of_an_answer_is_no_text_of_the_provider(
    said: str, kept: str | None
) -> None:
    chunk = {"choices": [{"delta": {}, "finish_reason": said}]}

    assert parse_chunk(json.dumps(chunk)).finish_reason == kept
