"""200,000 real votes from a file to a board: the ratings are those of arena-rank."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from arena.tenancy.models import Tenant
from leaderboards.rebuild import rebuild
from tests import llmfao, real_votes
from tests.golden.ratings import goldens
from tests.voting import importing

pytestmark = pytest.mark.django_db(transaction=True)
TOLERANCE_ELO = 0.35


def ratings(tenant: Tenant) -> dict[str, float]:
    """Bring the board up to date and return what `./manage.py board` prints, by model name."""
    importing.counted(tenant)
    rebuild(tenant=tenant, board="text")
    out = io.StringIO()
    call_command("board", tenant="public", board="text", format="json", stdout=out)
    return {
        row["model"]["name"]: row["cells"]["rating"]["value"]
        for row in json.loads(out.getvalue())["rows"]
        if row["section"] == "rated"
    }


def largest_difference(ours: dict[str, float], golden: str) -> float:
    theirs: dict[str, float] = {
        name: row["rating"] for name, row in goldens.load(golden)["ratings"].items()
    }
    assert ours.keys() == theirs.keys()
    return max(abs(ours[name] - theirs[name]) for name in theirs)


def test_the_board_of_200000_real_votes_agrees_with_arena_rank(
    tmp_path: Path, tenant: Tenant
) -> None:
    sample = real_votes.sample(goldens.SAMPLE_VOTES, goldens.SAMPLE_SEED)
    path = importing.write_jsonl(tmp_path / "votes.jsonl", (vote._asdict() for vote in sample))
    assert importing.run(path)[:4] == (200_000, 200_000, 0, 0)
    assert largest_difference(ratings(tenant), "arena_rank_leaderbot_sample") <= TOLERANCE_ELO


def test_the_demo_board_agrees_with_arena_rank(tmp_path: Path, tenant: Tenant) -> None:
    path = importing.write_csv(tmp_path / "v.csv", [vote._asdict() for vote in llmfao.votes()])
    assert importing.run(path).appended == 8_931
    assert largest_difference(ratings(tenant), "arena_rank_llmfao") <= TOLERANCE_ELO


def test_the_columns_of_the_published_file_give_the_same_votes(
    tmp_path: Path, tenant: Tenant
) -> None:
    published = Path(__file__).resolve().parents[3] / "shared" / "data" / "votes" / "llmfao.csv"
    if not published.is_file():
        pytest.skip("the published llmfao.csv is kept outside this repository and is not here")
    importing.run(published, rejects=tmp_path / "rejects.csv")
    demo = importing.write_csv(tmp_path / "v.csv", [vote._asdict() for vote in llmfao.votes()])
    importing.run(demo, board="demo")
    assert importing.counted(tenant) == importing.counted(tenant, "demo")
