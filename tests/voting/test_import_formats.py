"""The same votes are the same counts, whatever file and columns they come in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from arena.tenancy.models import Tenant
from tests.voting import importing
from tests.voting.importing import Counted
from voting.vote_files import WINNERS

pytestmark = pytest.mark.django_db
RICH = importing.votes(
    60,
    judge=lambda index: f"arena_user_{index % 7}",
    tstamp=lambda index: 1_690_000_000 + index * 60,
    language=lambda index: ["English", "German", "zh-hans", "", "Old Martian"][index % 5],
    category=lambda index: ["coding", ""][index % 2],
    turn=lambda index: 1 + index % 3,
    anony=lambda index: index % 10 != 0,
)
WRITERS = {
    "votes.jsonl": importing.write_jsonl,
    "votes.jsonl.gz": importing.write_jsonl,
    "votes.csv": importing.write_csv,
    "votes.csv.gz": importing.write_csv,
    "votes.parquet": importing.write_parquet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_votes(tmp_path: Path, tenant: Tenant, name: str) -> None:
    importing.run(importing.write_jsonl(tmp_path / "reference.jsonl", RICH), board="reference")
    said = importing.run(WRITERS[name](tmp_path / name, RICH))
    assert (said.appended, said.rejected) == (60, 0)
    recorded = [
        {key: value for key, value in vote.items() if key not in ("board", "source")}
        for vote in importing.log(tenant, "VoteRecorded")
    ]
    assert recorded[:60] == recorded[60:]
    assert importing.counted(tenant) == importing.counted(tenant, "reference")


def test_a_json_array_is_read_like_lines(tmp_path: Path, tenant: Tenant) -> None:
    path = tmp_path / "votes.json"
    lines = importing.write_jsonl(tmp_path / "votes.jsonl", RICH).read_text().splitlines()
    path.write_text("\ufeff [\n" + " ,\n".join(lines) + "\n]\n", encoding="utf-8")
    assert importing.run(path)[:4] == (60, 60, 0, 0)


def test_the_columns_of_the_field_reach_the_event(tmp_path: Path, tenant: Tenant) -> None:
    importing.run(importing.write_csv(tmp_path / "votes.csv", RICH))
    recorded = importing.log(tenant, "VoteRecorded")
    assert recorded[1] | {"voter": None, "source": None} == {
        "board": "text",
        "model_a": "claude-v1",
        "model_b": "koala-13b",
        "winner": "model_b",
        "voter": None,
        "voted_at": "2023-07-22T04:27:40.000000Z",
        "language": "de",
        "category": None,
        "turn": 2,
        "anonymous": True,
        "source": None,
    }
    assert [vote["language"] for vote in recorded[:5]] == ["en", "de", "zh-Hans", None, "und"]
    assert recorded[0]["category"] == "coding"
    assert [vote["anonymous"] for vote in recorded[9:11]] == [True, False]


def test_votes_whose_models_were_known_never_count(tmp_path: Path, tenant: Tenant) -> None:
    importing.run(importing.write_csv(tmp_path / "votes.csv", RICH))
    rows = importing.counted(tenant)
    assert sum(sum(row[2:]) for row in rows) == 54


@pytest.mark.parametrize(("word", "winner"), WINNERS.items())
def test_every_word_for_the_winner_counts_for_its_side(
    tmp_path: Path, tenant: Tenant, word: str, winner: str
) -> None:
    records = [{"model_a": "A", "model_b": "B", "winner": f" {word.upper()} "}]
    importing.run(importing.write_csv(tmp_path / "votes.csv", records))
    expected = {
        "model_a": Counted("a", "b", 1, 0, 0, 0),
        "model_b": Counted("a", "b", 0, 1, 0, 0),
        "tie": Counted("a", "b", 0, 0, 1, 0),
        "both_bad": Counted("a", "b", 0, 0, 0, 1),
    }
    assert importing.counted(tenant) == [expected[winner]]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("model_left", "model_right"),
        ("left", "right"),
        ("model_x", "model_y"),
        ("model_1", "model_2"),
        ("Model_A", "MODEL_B"),
    ],
)
def test_every_name_for_the_model_columns_keeps_the_sides(
    tmp_path: Path, tenant: Tenant, left: str, right: str
) -> None:
    records = [{right: "Right", left: "Left", "winner": "left"}]
    importing.run(importing.write_csv(tmp_path / "votes.csv", records))
    assert importing.counted(tenant) == [Counted("left", "right", 1, 0, 0, 0)]


def test_displayed_names_win_over_numeric_ids_beside_them(tmp_path: Path, tenant: Tenant) -> None:
    records = [
        {"id": 0, "prompt": 8, "model_x": 97, "model_y": 98, "worker": 58, "winner": "right",
         "left": "Airoboros L2 70B", "right": "Weaver 12k"},
        {"id": 0, "prompt": 8, "model_x": 97, "model_y": 98, "worker": 83, "winner": "tie",
         "left": "Airoboros L2 70B", "right": "Weaver 12k"},
    ]  # fmt: skip
    # The column id is that of the pair, so it is not taken for one of the vote.
    assert importing.run(importing.write_csv(tmp_path / "llmfao.csv", records)).appended == 2
    assert importing.counted(tenant) == [Counted("airoboros-l2-70b", "weaver-12k", 0, 1, 1, 0)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (1_690_000_000.25, datetime(2023, 7, 22, 4, 26, 40, 250_000, tzinfo=UTC)),
        ("1690000000", datetime(2023, 7, 22, 4, 26, 40, tzinfo=UTC)),
        ("2023-07-22T06:26:40+02:00", datetime(2023, 7, 22, 4, 26, 40, tzinfo=UTC)),
        ("2023-07-22 04:26:40", datetime(2023, 7, 22, 4, 26, 40, tzinfo=UTC)),
    ],
)
def test_times_are_epoch_seconds_or_iso(
    tmp_path: Path, tenant: Tenant, written: object, read: datetime
) -> None:
    importing.run(importing.write_jsonl(tmp_path / "v.jsonl", importing.votes(1, tstamp=written)))
    (vote,) = importing.log(tenant, "VoteRecorded")
    assert datetime.fromisoformat(vote["voted_at"]) == read


def test_a_parquet_timestamp_in_nanoseconds_is_read(tmp_path: Path, tenant: Tenant) -> None:
    import pyarrow

    table = pyarrow.table(
        {
            "model_a": ["A"],
            "model_b": ["B"],
            "winner": ["tie"],
            "tstamp": pyarrow.array([1_690_000_000_123_456_789], pyarrow.timestamp("ns")),
            "conversation_a": [[{"content": "never read"}]],
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "v.parquet")
    importing.run(tmp_path / "v.parquet")
    (vote,) = importing.log(tenant, "VoteRecorded")
    assert vote["voted_at"] == "2023-07-22T04:26:40.123456Z"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("votes.txt", b"x", "want a file ending in .jsonl"),
        ("votes.csv", b"", "empty"),
        ("votes.jsonl", b"", "there are no rows"),
        ("votes.csv", b"model_a,model_b\nA,B\n", "no column for the winner"),
        ("votes.csv", b"a,b,winner\nA,B,tie\n", "no columns for the two models"),
        ("votes.jsonl", b'{"prompt": "x"}\n', "no columns for the two models"),
        ("votes.parquet", b"PAR1 not really", "not a Parquet file"),
        ("votes.csv.gz", b"\x1f\x8b\x08\x00cut", "damaged or cut off"),
        ("votes.json", b'[{"model_a": "A", "model_b": "B", "winner": "tie"}, {"mo', "item 2"),
    ],
)
def test_an_unusable_file_is_refused_with_the_reason(
    tmp_path: Path, tenant: Tenant, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        importing.run(tmp_path / name)
    assert not importing.log(tenant, "VoteRecorded")
    assert [path.name for path in tmp_path.iterdir()] == [name]
