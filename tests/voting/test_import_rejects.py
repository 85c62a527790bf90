"""Bad rows are listed with line and reason, counted, and never become votes."""

from pathlib import Path

import pytest

from arena.tenancy.models import Tenant
from tests.voting import importing

pytestmark = pytest.mark.django_db
GOOD = '{"model_a": "A", "model_b": "B", "winner": "tie"}'
BAD = {
    '{"model_a": "A", "model_b": "B", "winner": "tied"}': "winner 'tied' is not one of",
    '{"model_a": "A", "model_b": "B", "winner": null}': "the winner is missing",
    '{"model_a": "A", "model_b": "B", "winner": 1}': "winner 1 is not one of",
    '{"model_a": "A", "model_b": " A", "winner": "tie"}': "both models are the same",
    '{"model_a": "A", "model_b": "a", "winner": "tie"}': "both names mean the same model",
    '{"model_a": "", "model_b": "B", "winner": "tie"}': "the name is empty",
    '{"model_a": 7, "model_b": "B", "winner": "tie"}': "a model name is int",
    '{"model_a": "%s", "model_b": "B", "winner": "tie"}' % ("x" * 201): "201 characters",
    '{"model_a": "A\\nB", "model_b": "B", "winner": "tie"}': "cannot be printed",
    '{"model_a": "A\\ud800", "model_b": "B", "winner": "tie"}': "cannot be printed",
    '{"model_b": "B", "winner": "tie"}': "no columns for the two models",
    '["A", "B", "tie"]': "want a JSON object, found list",
    '{"model_a": "A", "model_b"': "not JSON",
    "[" * 100_000: "not JSON",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "tstamp": 1690000000000}': "neither seconds",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "tstamp": 5}': "before 2000",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "tstamp": "2999-01-01"}': "in the future",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "tstamp": "noon"}': "neither seconds",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "tstamp": NaN}': "neither seconds",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "turn": 0}': "turn 0 is not",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "turn": 1.5}': "turn 1.5 is not",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "anony": "maybe"}': "neither true nor",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "judge": ["x"]}': "the voter is list",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "language": 3}': "the language is int",
    '{"model_a": "A", "model_b": "B", "winner": "tie", "category": {}}': "the category is not",
}


@pytest.mark.parametrize(("row", "reason"), BAD.items(), ids=range(len(BAD)))
def test_a_bad_row_is_rejected_with_its_line_and_reason(
    tmp_path: Path, tenant: Tenant, row: str, reason: str
) -> None:
    path = tmp_path / "votes.jsonl"
    path.write_text(f"{GOOD}\n\n{row}\n{GOOD}\n")
    said = importing.run(path)
    assert said[:4] == (3, 2, 0, 1)
    ((line, written),) = importing.rejects(tmp_path / "votes.jsonl.rejects.csv")
    assert line == 3
    assert reason in written
    assert len(importing.log(tenant, "VoteRecorded")) == 2


def test_a_csv_row_of_the_wrong_width_or_bytes_is_rejected(tmp_path: Path, tenant: Tenant) -> None:
    path = tmp_path / "votes.csv"
    path.write_bytes(
        b'model_a,model_b,winner,prompt\nA,B,tie,"two\nlines"\nA,B,tie\nA,\xff,tie,x\nA,B,left,x\n'
    )
    assert importing.run(path)[:4] == (4, 2, 0, 2)
    refused = importing.rejects(tmp_path / "votes.csv.rejects.csv")
    assert [line for line, _ in refused] == [4, 5]
    assert "want 4 fields, found 3" in refused[0][1]


def test_a_line_that_is_too_long_is_rejected_and_the_next_is_read(
    tmp_path: Path, tenant: Tenant
) -> None:
    path = tmp_path / "votes.jsonl"
    path.write_text(f'{GOOD}\n{{"prompt": "{"x" * 17 * 2**20}"}}\n{GOOD}\n')
    assert importing.run(path)[:4] == (3, 2, 0, 1)
    assert "longer than 16 MiB" in importing.rejects(tmp_path / "votes.jsonl.rejects.csv")[0][1]


def test_rejects_can_be_written_elsewhere(tmp_path: Path, tenant: Tenant) -> None:
    path, elsewhere = tmp_path / "votes.jsonl", tmp_path / "elsewhere.csv"
    path.write_text(f"{GOOD}\n{{}}\n")
    importing.run(path, rejects=elsewhere)
    assert [line for line, _ in importing.rejects(elsewhere)] == [2]
    assert not (tmp_path / "votes.jsonl.rejects.csv").exists()


def test_a_clean_file_leaves_no_rejects_file(tmp_path: Path, tenant: Tenant) -> None:
    path = tmp_path / "votes.jsonl"
    path.write_text(f"{GOOD}\n{{}}\n")
    importing.run(path)
    path.write_text(f"{GOOD}\n")
    importing.run(path)
    assert [found.name for found in tmp_path.iterdir()] == ["votes.jsonl"]


def test_a_rejects_file_quotes_neither_voters_nor_texts(tmp_path: Path, tenant: Tenant) -> None:
    path = tmp_path / "votes.jsonl"
    secret = "private-words-of-a-person"
    path.write_text(
        f"{GOOD}\n"
        f'{{"model_a": "{secret}\\n", "model_b": "{secret}\\nx", "winner": "tie"}}\n'
        f'{{"model_a": "A", "model_b": "B", "winner": "tie", "judge": ["{secret}"]}}\n'
        f'{{"model_a": "A", "model_b": "B", "winner": "x", "prompt": "{secret}"}}\n'
    )
    assert importing.run(path).rejected == 3
    assert secret not in (tmp_path / "votes.jsonl.rejects.csv").read_text()
