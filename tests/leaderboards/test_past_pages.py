"""Plane, scores, quality and facets of the past are those that a reader saw then."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone

from arena.eventstore.queries import log_head
from arena.tenancy.models import Tenant
from benchmarks import commands
from benchmarks.events import ModelFactsStated
from leaderboards import past
from tests.benchmarks import scores
from tests.leaderboards import scenes
from tests.leaderboards.test_measured_speed import published
from tests.leaderboards.test_past_records import accept

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]
SPEED: Final = "decode_tokens_per_second"
PLANE = f"x={SPEED}&y=votes&figures=all"
VIEWS = (
    f"/boards/text/pareto/?{PLANE}",
    "/boards/text/scores/?per=watt&figures=all&weights=q:40,g:30,e:30&quality=mmlu-pro",
    "/boards/text/quality/?sort=-score",
    "/boards/text/",
    f"/api/v1/boards/text/plane?{PLANE}",
    "/api/v1/boards/text/rows?licence=not-stated&training=not-stated&processing=not-stated",
)
PAGES = ("/boards/text/pareto/", "/boards/text/scores/", "/boards/text/quality/")
_MAIN = re.compile(r"<h1>.*</main>", re.DOTALL)
_TABLE = re.compile(r'<table class="board".*?</table>', re.DOTALL)
_OF_MOMENT = re.compile(
    r'<p class="past".*?</p>|<input type="hidden" name="as_of"[^>]*>'
    r"|[?&](?:amp;)?as_of=[0-9]+(?![0-9&])|as_of=[0-9]+&(?:amp;)?"
    # What only a page of now does: it follows the votes.
    r'|data-follows="[a-z]+"|data-cells-query="[^"]*"',
    re.DOTALL,
)


def seen(client: Client, view: str, moment: str = "") -> str:
    """Return what a reader gets, without what names the moment."""
    answer = client.get(f"{view}{'&' if '?' in view else '?'}{moment}" if moment else view)
    assert answer.status_code == 200, answer.content
    body = answer.content.decode()
    if view.startswith("/api/"):
        return body
    [main] = (_TABLE if view == "/boards/text/" else _MAIN).findall(body)
    return re.sub(r'href="\??"|\s+', " ", _OF_MOMENT.sub("", main))


def claims(tenant: Tenant, places: Sequence[str], *speeds: float) -> None:
    for place, speed in zip(places, speeds, strict=True):
        scenes.claim(tenant, place, SPEED, speed, stated_on=timezone.now().date())


def power(tenant: Tenant, place: str, watts: int) -> None:
    commands.declare_power(
        tenant=tenant, deployment_slug=place, watts=watts, scope="wall", source_name="A meter",
        stated_on=timezone.now().date(), actor="test",
    )  # fmt: skip


def weights(tenant: Tenant, slugs: Sequence[str], billions: int, day: date) -> None:
    for slug in slugs:
        stated = ModelFactsStated(
            slug=slug, total_parameters=billions * 10**9, source_name="A card", stated_on=day
        )
        commands.state_model_facts(tenant=tenant, facts=stated, actor="test")


def badge(tenant: Tenant, model: str, change: Callable[..., object], **more: Any) -> None:
    change(
        tenant=tenant, kind="model", subject=model, badge="teacher",
        reason="moderators_choice", by="owner", actor="test", **more,
    )  # fmt: skip


def steps(tenant: Tenant) -> list[tuple[Callable[[], object], ...]]:
    """Return what happens between two looks; views change with each."""
    slugs = scenes.league(tenant, size=2, votes_per_pair=6)
    places = [scenes.deployment(tenant, slugs[0], quantization=name) for name in ("FP8", "NVFP4")]
    fast, today = places[0], timezone.now().date()
    yesterday = today - timedelta(days=1)

    def score(value: float, day: date) -> None:
        scores.state(tenant, scores.score(fast, value=value, stated_on=day))

    return [
        (
            lambda: claims(tenant, places, 40, 60),
            lambda: power(tenant, fast, 100),
            lambda: score(150, yesterday),
        ),
        (
            lambda: badge(tenant, slugs[1], commands.award_badge, stated_on=today),
            lambda: weights(tenant, slugs, 4, yesterday),
            lambda: published(tenant, tokens_per_second=50),
            lambda: power(tenant, fast, 120),
        ),
        (
            lambda: badge(tenant, slugs[1], commands.withdraw_badge),
            lambda: weights(tenant, slugs, 40, today),
            lambda: score(160, today),
            lambda: claims(tenant, places, 70, 80),
            lambda: accept(tenant, fast, "none"),
        ),
        (
            lambda: scenes.deployment(tenant, slugs[0], quantization="Q4"),
            lambda: commands.register_model(
                tenant=tenant, name=slugs[0], licence="MIT", actor="test"
            ),
            lambda: scores.state(tenant, scores.score(places[1])),
            lambda: scenes.vote(tenant, slugs[0], slugs[1]),
        ),
    ]


def test_every_view_comes_back_as_it_was(
    tenant: Tenant, advance_all: AdvanceAll, client: Client
) -> None:
    kept: dict[int, list[str]] = {}
    for step in steps(tenant):
        for act in step:
            act()
        advance_all(tenant)
        kept[log_head(tenant=tenant).position] = [seen(client, view) for view in VIEWS]
    for position, bodies in kept.items():
        for view, body in zip(VIEWS, bodies, strict=True):
            assert seen(client, view, f"as_of={position}") == body, (position, view)
    assert all(len(set(bodies)) > 2 for bodies in zip(*kept.values(), strict=True))


def test_the_other_pages_of_the_past_say_so_and_keep_to_it(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant, size=2, votes_per_pair=6)
    scores.state(tenant, scores.score(scenes.deployment(tenant, slugs[0])))
    advance_all(tenant)
    before = log_head(tenant=tenant).position
    scenes.vote(tenant, slugs[0], slugs[1])
    advance_all(tenant)
    for path in PAGES:
        body = client.get(f"{path}?q=Model&as_of={before}").content.decode()
        assert "The past.</strong> This is the board as it was at position" in body, path
        assert f'<input type="hidden" name="as_of" value="{before}">' in body, path
        assert f'/boards/text/?q=Model&amp;as_of={before}"' in body, path
        assert f'/boards/text/quality/?q=Model&amp;as_of={before}"' in body, path
        assert f"rows?as_of={before}" in body, path
        now = re.search(rf'<a href="({path}[^"]*)">Now</a>', body)
        assert now is not None, path
        assert ("q=Model" in now[1], "as_of" in now[1]) == (True, False), path
        assert "The past." not in client.get(path).content.decode()
        refused = client.get(f"{path}?as_of=yesterday")
        assert refused.status_code == 400
        assert f"to {before + 1}" in refused.content.decode()
        assert client.get(f"{path.replace('text', 'nothing')}?as_of=1").status_code == 404
    plane = f"/boards/text/pareto/?x=rating&y=votes&as_of={before}"
    assert f"/votes/?as_of={before}" in client.get(plane).content.decode()
    problem = client.get("/api/v1/boards/text/plane?as_of=yesterday").json()
    assert problem["errors"][0]["parameter"] == "as_of"
    monkeypatch.setattr(past, "EVENTS_MAX", before - 1)
    for path in PAGES:
        assert client.get(f"{path}?as_of={before + 1}").status_code == 400, path


def test_ages_of_runs_are_told_of_the_moment(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.open_text_board(tenant)
    published(tenant, tokens_per_second=50)
    advance_all(tenant)
    head, day = log_head(tenant=tenant).position, timezone.now().date().isoformat()
    later = timezone.now() + timedelta(days=9)
    monkeypatch.setattr(timezone, "now", lambda: later)
    rows = "/api/v1/boards/text/rows?max_age_days=2"
    assert client.get(rows).json()["items"] == []
    for moment in (str(head), day):
        assert len(client.get(f"{rows}&as_of={moment}").json()["items"]) == 1, moment
    assert client.get(f"{rows}&as_of={later.date().isoformat()}").json()["items"] == []
