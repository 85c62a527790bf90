"""Evidence that is longer than a page or a file: in parts, which together are all of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from arena import cell_evidence, cell_pages
from arena.tenancy.models import Tenant
from tests.leaderboards import scenes
from tests.pages.test_cell_pages import CELL, lines

pytestmark = pytest.mark.django_db(transaction=True)
AdvanceAll = Callable[[Tenant], None]


def files_of(client: Client, path: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the lines of a file and of those that follow it, as its header says."""
    address: str | None = path
    while address:
        yield lines(client, address, whole=True)
        link = client.get(address).get("Link")
        address = link.removeprefix("<http://testserver").partition(">")[0] if link else None


@pytest.mark.parametrize(
    "bounds", [{"SCANNED_MAX": 5}, {"READ_MAX": 3, "_BATCH": 2}, {"_WINDOW": 1}, {"LINES_MAX": 7}]
)
def test_long_evidence_is_read_in_parts_that_together_are_all_of_it(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch,
    bounds: dict[str, int],
) -> None:  # fmt: skip
    slugs = scenes.league(tenant)
    advance_all(tenant)
    # A model that votes last, behind more of the log than one page looks at.
    (late,) = scenes.models(tenant, "Late")
    scenes.vote(tenant, late, slugs[0])
    advance_all(tenant)
    for model, votes in ((slugs[1], 24), (late, 1)):
        path = f"{CELL}/model:{model}/votes/"
        whole = lines(client, path)
        assert len(whole) == votes
        with monkeypatch.context() as bounded:
            for name, value in bounds.items():
                bounded.setattr(cell_pages if name == "LINES_MAX" else cell_evidence, name, value)
            files = list(files_of(client, f"{path}events.jsonl"))
            seen, query = [], "after=0"
            while query:
                page = client.get(f"{path}?{query}")
                seen += [event.position for event in page.context["events"]]
                query = page.context["next_query"]
                assert ('rel="next">Later events' in page.content.decode()) == bool(query)
        assert [event for file in files for event in file] == whole
        assert seen == [event["position"] for event in whole]
        assert max(map(len, files)) <= bounds.get("LINES_MAX", 24)
        assert len(files) > 1 or votes == 1 or "_WINDOW" in bounds


def test_a_page_that_found_nothing_yet_says_how_far_it_looked(
    tenant: Tenant, advance_all: AdvanceAll, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slugs = scenes.league(tenant)
    (late,) = scenes.models(tenant, "Late")
    scenes.vote(tenant, late, slugs[0])
    advance_all(tenant)
    monkeypatch.setattr(cell_evidence, "SCANNED_MAX", 5)
    body = client.get(f"{CELL}/model:{late}/rating/?part=drawer").content.decode()
    assert "no event of this cell stands after position 0 and up to 5" in body
    assert f'href="{CELL}/model:{late}/rating/?after=5#events" rel="next"' in body
