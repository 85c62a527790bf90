"""The harness tells the truth: ratios, goals, missing peers and failures all reach the report."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as harness
from tests.bench.rows import Row


def good() -> Iterator[Row]:
    yield Row.measured(
        name="good.speed",
        ours=300,
        unit="/s",
        against="x",
        theirs=100,
        better="higher",
        goal="ratio >= 2",
    )


def slow() -> Iterator[Row]:
    yield Row.measured(name="slow", ours=8, unit="s", against="x", theirs=4, goal="ratio >= 0.6")


def broken() -> Iterator[Row]:
    yield Row.measured(name="broken.first", ours=1, unit="ms", against="nothing")
    raise RuntimeError("the server went away")


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the harness writes, with the three benchmarks above as the only ones."""
    path = tmp_path / "var" / "bench.json"
    found = [harness.Bench(run.__name__, run) for run in (good, slow, broken)]
    monkeypatch.setattr(harness, "RESULTS", path)
    monkeypatch.setattr(harness, "find", lambda: found)
    return path


def written(path: Path) -> dict[str, Row]:
    return {row["name"]: Row.from_dict(row) for row in json.loads(path.read_text())}


def test_a_ratio_says_how_many_times_better_ours_is(results: Path) -> None:
    harness.main([])
    rows = written(results)
    assert (rows["good.speed"].ratio, rows["good.speed"].met) == (3, True)
    assert (rows["slow"].ratio, rows["slow"].met) == (0.5, False)


def test_a_failing_benchmark_keeps_its_rows_and_those_of_the_others(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert harness.main([]) == 1
    rows = written(results)
    assert set(rows) == {"good.speed", "slow", "broken", "broken.first"}
    assert rows["broken"].against == "error: RuntimeError: the server went away"
    assert rows["broken"].met is False
    printed = capsys.readouterr()
    assert "good.speed" in printed.out
    assert "the server went away" in printed.err


def test_only_met_goals_end_with_0_and_a_missed_one_with_1(results: Path) -> None:
    assert harness.main(["good"]) == 0
    assert harness.main(["slow"]) == 1


def test_a_filtered_run_replaces_its_own_rows_only(results: Path) -> None:
    harness.main([])
    fixed = json.loads(results.read_text())
    fixed = [row for row in fixed if row["name"] != "good.speed"]
    fixed.append(Row.measured(name="good.gone", ours=1, unit="s", against="x").as_dict())
    results.write_text(json.dumps(fixed))
    harness.main(["good"])
    assert set(written(results)) == {"good.speed", "slow", "broken", "broken.first"}


def test_an_unknown_name_ends_with_2_and_the_names_there_are(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        harness.main(["nope"])
    assert "there are: good, slow, broken" in capsys.readouterr().err
    assert not results.exists()


def test_a_row_of_another_benchmarks_name_is_an_error() -> None:
    rows = harness.rows_of(harness.Bench("other", good))
    assert [row.name for row in rows] == ["other"]
    assert "want 'other'" in rows[0].against


def test_a_missing_peer_is_a_row_with_the_reason_and_no_verdict() -> None:
    row = Row.peer_missing(
        name="x", ours=3, unit="ms", against="peer 1.0", reason="no wheel", goal="ratio >= 2"
    )
    assert (row.against, row.theirs, row.ratio, row.met) == ("peer 1.0: no wheel", None, None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"met": False}, "met is False, goal 'ours <= 5' says True"),
        ({"goal": "fast", "met": True}, "goal is 'fast'"),
        ({"theirs": 2.0}, "a ratio needs both figures"),
        ({"ours": float("inf")}, "ours is inf"),
        ({"unit": ""}, "a figure without a unit"),
        ({"name": ""}, "name: is empty"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(change: dict[str, object], message: str) -> None:
    fields = Row.measured(name="x", ours=3, unit="ms", against="y", goal="ours <= 5").as_dict()
    with pytest.raises(ValueError, match=message):
        Row.from_dict(fields | change)


def test_every_benchmark_of_the_project_is_found() -> None:
    assert "ratings" in [bench.name for bench in harness.find()]
