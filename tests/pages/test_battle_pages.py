"""Pages of battles as a browser without JavaScript gets them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import voting.queries
from arena.tenancy.models import Tenant
from tests.pages import battle_scene as scene
from tests.sovereignty.scenes import as_archetype

AdvanceAll = Callable[[Tenant], None]


def words(response: object) -> str:
    """Return the text of a page with single spaces, without tags."""
    body = response.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def deployments(tenant: Tenant, advance_all: AdvanceAll) -> list[str]:
    slugs = scene.contestants(tenant)
    advance_all(tenant)
    return slugs


@pytest.fixture
def visitor(tenant: Tenant) -> tuple[Client, str]:
    return scene.browser(tenant)


def test_the_level_stands_below_an_answer_once_facts_are_reviewed(
    tenant: Tenant, deployments: list[str], advance_all: AdvanceAll
) -> None:
    lately = timezone.now().date() - timedelta(days=1)
    as_archetype(tenant, deployments[0], "own_spark_proven", stated_on=lately)
    client, voter = scene.browser(tenant)
    battle_id = scene.voted(tenant, voter)
    advance_all(tenant)

    page = words(client.get(f"/battle/{battle_id}/"))

    assert "Sovereignty S4 93 to 93 of 100 for the profile EU organisation, 100 %" in page
    assert "Sovereignty – not assessed" in page
    assert "stated to be sovereign" not in page


def test_limit_of_a_voter_holds_on_every_address(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str], settings: Settings
) -> None:
    settings.ARENA_RATE_BATTLES_VOTER = 0
    client, voter = visitor
    battle_id = scene.answered(tenant, voter)

    response = client.post(f"/battle/{battle_id}/continue/", {"turn": 2, "text": "And why?"})

    assert response.status_code == 429
    assert "And why?" in response.content.decode()


def test_running_battle_refreshes_itself_and_offers_no_vote(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    page = client.get(f"/battle/{scene.started(tenant, voter)}/").content.decode()

    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    assert "Both models are writing." in page
    assert re.search(r'value="model_a" data-key="1" disabled', page)


def test_page_names_no_model_until_the_vote(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str], advance_all: AdvanceAll
) -> None:
    client, voter = visitor
    battle_id = scene.answered(tenant, voter)
    advance_all(tenant)
    path = f"/battle/{battle_id}/"
    hidden = [*scene.NAMES, *deployments, "wolf", "heron", "GB10", "vllm", "NVFP4", "tok/s"]

    for before in (path, "/my/"):
        page = client.get(before).content.decode().lower()
        assert [name for name in hidden if name.lower() in page] == [], before
    assert "Left <strong>answer</strong>." in client.get(path).content.decode()

    client.post(f"{path}vote/", {"winner": "model_b", "is_filed": "True"})
    page = client.get(path).content.decode()
    assert all(name in page for name in scene.NAMES)


def test_vote_shows_names_figures_and_reasons_for_what_is_missing(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    battle_id = scene.answered(tenant, voter)

    response = client.post(
        f"/battle/{battle_id}/vote/",
        {
            "winner": "model_a", "reasons": ["clear"], "comment": "Shorter.",
            "categories": ["maths"], "language": "German", "is_filed": "True",
        },
        follow=True,
    )  # fmt: skip
    page = words(response)

    assert response.redirect_chain == [(f"/battle/{battle_id}/", 303)]
    assert "You preferred answer A." in page
    # 100 tokens after the first in 2 s; 20 x 0.1 + 101 x 0.4 micro-dollars; 360 W for 2.25 s.
    assert "50.0 tok/s 101 tokens" in page
    assert "250 ms" in page
    assert "0.0000424 US$ price of 2026-01-02, price list" in page
    assert "0.225 Wh 360 W at the wall, declared by owner on 2026-01-02" in page
    assert "GB10 × 2" in page
    assert "stated to be sovereign claim of a study, 2026-01-02" in page
    assert "– no price is stated" in page
    assert "– no power is declared" in page
    assert "Sovereignty – not assessed" in page
    assert "Quantization – not stated" in page
    assert "fewer than 5 others have voted on these two (n = 0)" in page
    vote = voting.queries.battle(tenant=tenant, battle_id=battle_id).vote
    assert vote is not None
    assert (vote.reasons, vote.categories, vote.language) == (("clear",), ("maths",), "de")


def test_reveal_says_how_many_others_agree(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str], advance_all: AdvanceAll
) -> None:
    client, voter = visitor
    for number in range(8):
        _, other = scene.browser(tenant)
        scene.voted(tenant, other, "tie" if number < 6 else "both_bad")
    battle_id = scene.voted(tenant, voter, "tie")
    path = f"/battle/{battle_id}/"

    before = "fewer than 5 others" in words(client.get(path))
    advance_all(tenant)

    assert before
    assert "75 % agreed with you (n = 8)" in words(client.get(path))
    assert "On average 75 % of others voted as you did (n = 1 of your votes" in words(
        client.get("/my/")
    )


def test_second_and_early_votes_are_refused_with_the_reason(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    early = client.post(f"/battle/{scene.started(tenant, voter)}/vote/", {"winner": "tie"})
    voted = scene.voted(tenant, voter, "model_a")
    second = client.post(f"/battle/{voted}/vote/", {"winner": "model_b"})
    void = scene.void(tenant, voter, "timeout")
    late = client.post(f"/battle/{void}/vote/", {"winner": "tie"})

    assert (early.status_code, second.status_code, late.status_code) == (409, 409, 409)
    assert "wait until both answers are complete" in words(early)
    assert "has been voted on" in words(second)
    assert "is void (timeout)" in words(late)


def test_vote_for_nothing_is_refused(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    response = client.post(f"/battle/{scene.answered(tenant, voter)}/vote/", {"comment": "hm"})

    assert response.status_code == 422
    assert "Choose A, B, tie or both bad." in words(response)


def test_battle_of_somebody_else_is_not_there(
    client: Client, tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    _, voter = visitor
    stranger, _ = scene.browser(tenant)
    battle_id = scene.answered(tenant, voter)

    for someone in (client, stranger):
        assert someone.get(f"/battle/{battle_id}/").status_code == 404
        for act in ("vote", "skip", "continue", "categories", "again"):
            response = someone.post(f"/battle/{battle_id}/{act}/", {"winner": "tie"})
            assert response.status_code == 404, act


def test_void_battle_says_why_and_offers_the_same_prompt_again(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    battle_id = scene.void(tenant, voter, "timeout")
    page = client.get(f"/battle/{battle_id}/")

    assert "Answer B took too long. This battle is void: it does not count" in words(page)
    assert f'action="/battle/{battle_id}/again/"' in page.content.decode()


def test_skip_closes_the_battle_and_names_the_models(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    battle_id = scene.answered(tenant, voter)
    page = words(client.post(f"/battle/{battle_id}/skip/", follow=True))

    assert "You skipped this battle." in page
    assert "It does not count." in page
    assert all(name in page for name in scene.NAMES)


def test_vote_can_be_filed_under_other_categories(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    battle_id = scene.voted(tenant, voter)
    filing = {"categories": ["code", "hard"], "language": "fr"}

    page = words(client.post(f"/battle/{battle_id}/categories/", filing, follow=True))
    wrong = client.post(f"/battle/{battle_id}/categories/", {"language": "no such tongue"})

    assert "Filed under: Code, Hard prompt, language fr." in page
    assert wrong.status_code == 409
    assert "is no language" in words(wrong)


def test_comparison_names_both_and_never_counts(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str], advance_all: AdvanceAll
) -> None:
    client, voter = visitor
    chosen = (deployments[0], deployments[1])
    battle_id = scene.answered(tenant, voter, mode="side_by_side", deployments=chosen)
    page = words(client.get(f"/battle/{battle_id}/"))

    assert f"Answer A {scene.NAMES[0]}" in page
    assert "votes here are never counted" in page

    voted = words(client.post(f"/battle/{battle_id}/vote/", {"winner": "tie"}, follow=True))
    advance_all(tenant)
    assert "It is stored and not counted, since the names were known" in voted
    assert voting.queries.pair_counts(tenant=tenant, board="text").rows == []


def test_chat_has_one_answer_its_figures_and_no_vote(
    tenant: Tenant, deployments: list[str], visitor: tuple[Client, str]
) -> None:
    client, voter = visitor
    battle_id = scene.answered(tenant, voter, mode="direct", deployments=(deployments[0],))
    page = client.get(f"/battle/{battle_id}/")

    assert "50.0 tok/s" in words(page)
    assert 'name="winner"' not in page.content.decode()
    closed = words(client.post(f"/battle/{battle_id}/skip/", follow=True))
    assert "This chat is closed." in closed
