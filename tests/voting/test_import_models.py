"""Models are registered as they appear; voters are known by pseudonyms of the arena alone."""

import json
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from arena.eventstore import reader
from arena.tenancy.models import Tenant
from tests.voting import importing

pytestmark = pytest.mark.django_db


def names(tenant: Tenant) -> dict[str, str]:
    return {fact["slug"]: fact["name"] for fact in importing.log(tenant, "ModelRegistered")}


def test_names_are_kept_and_slugs_never_collide(tmp_path: Path, tenant: Tenant) -> None:
    records = [
        {"model_a": "GPT 4", "model_b": "GPT/4", "winner": "tie"},
        {"model_a": "gpt 4", "model_b": "gpt-4.1", "winner": "tie"},
        {"model_a": "gpt-41", "model_b": "模型", "winner": "tie"},
        {"model_a": "gpt-4", "model_b": "M" * 200, "winner": "tie"},
    ]
    path = importing.write_jsonl(tmp_path / "votes.jsonl", records)
    assert importing.run(path)[:4] == (4, 4, 0, 0)
    known = names(tenant)
    assert len(known) == 6
    assert sorted(known.values()) == sorted(
        ["GPT 4", "GPT/4", "gpt-4.1", "gpt-41", "模型", "M" * 200]
    )
    assert {known["gpt-4"], known["gpt-4-1"], known["gpt-41"]} == {"GPT 4", "gpt-4.1", "gpt-41"}
    votes = importing.log(tenant, "VoteRecorded")
    assert votes[1]["model_a"] == votes[0]["model_a"] == votes[3]["model_a"] == "gpt-4"
    assert importing.run(path).present == 4
    assert names(tenant) == known


def test_a_file_with_texts_for_models_is_refused(tmp_path: Path, tenant: Tenant) -> None:
    records = [
        {"left": f"answer {index}", "right": f"reply {index}", "winner": "tie"}
        for index in range(3_000)
    ]
    with pytest.raises(CommandError, match="more than 5,000 models"):
        importing.run(importing.write_jsonl(tmp_path / "votes.jsonl", records))


def test_pseudonyms_differ_between_arenas_and_raw_ids_are_nowhere(
    tmp_path: Path, tenant: Tenant, other_tenant: Tenant
) -> None:
    raw = ["alice@mail.test", "203.0.113.7", "arena_user_4711"]
    records = importing.votes(
        9,
        judge=lambda index: raw[index % 3],
        question_id=lambda index: f"secret-row-{index}",
        prompt="a private question",
        conversation_a=[{"content": "a private answer"}],
    )
    path = importing.write_jsonl(tmp_path / "votes.jsonl", records)
    importing.run(path)
    importing.run(path, tenant="demo-private")
    here = [vote["voter"] for vote in importing.log(tenant, "VoteRecorded")]
    there = [vote["voter"] for vote in importing.log(other_tenant, "VoteRecorded")]
    assert here == here[:3] * 3
    assert len({*here, *there}) == 6
    everything = json.dumps(
        [
            [stored.stream, str(stored.id), stored.data, stored.metadata]
            for each in (tenant, other_tenant)
            for stored in reader.read_all(tenant_id=each.pk)
        ]
    )
    for secret in [*raw, "secret-row", "private"]:
        assert secret not in everything


def test_a_voter_written_as_number_or_text_is_the_same(tmp_path: Path, tenant: Tenant) -> None:
    number = importing.write_parquet(tmp_path / "a.parquet", importing.votes(1, worker=58))
    text = importing.write_csv(tmp_path / "b.csv", importing.votes(1, worker="58"))
    for path in (number, text):
        importing.run(path)
    voters = [vote["voter"] for vote in importing.log(tenant, "VoteRecorded")]
    assert voters[0] == voters[1] is not None
