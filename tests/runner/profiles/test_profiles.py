"""Profiles are data that ships with the agent, and a released one never changes."""

import pytest

from arena_runner.contract import profiles
from arena_runner.contract.profile import (
    ClosedLoad,
    LockstepLoad,
    OpenLoad,
    Point,
    ReplayLoad,
    SyntheticPrompt,
)

RELEASED = {
    "agentic-v1": "bb6c4221294675c850ad83386c28418c5170ce75a7bf797f3b6445e5d04a9901",
    "first-token-v1": "d9cb7a0a3864cbe96375768314142b83e120cba182d050535ed6f485740b4c99",
    "headline-v1": "e5d27156bc5549407c19b78a5ff08b29f14d146238c0afe3399089799bf6a8f7",
    "llama-bench-v1": "9e9b137bc9bedc520219cf3d91a910255aff58e232cffb770812da8e3ac0c24b",
    "nine-v1": "6f84d3c1add0550005f599984b4e25c1137563464000c2119f9c9787d15f95de",
    "nine-v1.1": "ab7e9e3f0f6c2daa3c189d58833d418a2a255219399f9b5c386b5e4db094ec5e",
    "np-sweep-v1": "0c90a5b7411c0ddab9d9a933a2df1b011d6842e7928a91f41e30ede916a19525",
    "quick-v1": "aab6398335bbd531cc87ed0c09d6b52ca73ee2502b9d9bc147df0de7b9dd0893",
    "rate-sweep-v1": "8fbe405b591ba8e0d3ba69505c4807ddecdb691ceeabdf61aa216d556d911ffa",
    "spark-arena-v1": "d9bc77f9d340a4445988e40d27f1d9baf37a9f2deb532b8f4d0690d233fcd176",
    "spark-arena-v2": "fd691ef7bd3ca490f51f1ed49faa3c260a4d9d97f96f5a1c81c5a5efe0c85bb8",
}


@pytest.mark.parametrize("profile_id", profiles.names())
def test_a_released_profile_never_changes(profile_id: str) -> None:
    digest = profiles.digest_of(profiles.load(profile_id))
    assert digest == RELEASED[profile_id], "make a new version instead of changing this one"


def test_all_are_there_and_a_name_means_the_newest_version() -> None:
    assert set(profiles.names()) == RELEASED.keys()
    assert profiles.load("nine").id == "nine-v1.1"
    assert profiles.load("spark-arena").id == "spark-arena-v2"
    assert profiles.load("quick-v1") is profiles.load("quick")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(profiles.UnknownProfile, match=r"did you mean quick\?"):
        profiles.load("quik")


@pytest.mark.parametrize("profile_id", profiles.names())
def test_keys_are_unique_and_sweeps_rise(profile_id: str) -> None:
    points = profiles.load(profile_id).points
    assert len({point.key for point in points}) == len(points)
    sizes: dict[str, list[float]] = {}
    for point in points:
        if point.sweep:
            load = point.load
            size = load.rate_per_second if isinstance(load, OpenLoad) else load.concurrency
            sizes.setdefault(point.sweep, []).append(size)
    for found in sizes.values():
        assert found == sorted(set(found))


def test_nine_v1_is_the_nine_as_published() -> None:
    nine = profiles.load("nine-v1")
    shapes: dict[str, set[tuple[int, ...]]] = {}
    for point in nine.points:
        name = point.key[:2]
        prompt = point.prompt
        if isinstance(prompt, SyntheticPrompt):
            shape = (prompt.input_tokens, prompt.output_tokens, prompt.context_tokens)
            shapes.setdefault(name, set()).add((*shape, getattr(point.load, "concurrency", 0)))
    assert shapes["01"] == {(1024, 1024, 0, c) for c in (1, 5, 10)}
    assert shapes["02"] == {(8192, 512, 0, c) for c in (5, 10, 20)}
    assert shapes["03"] == {(256, 4096, 0, c) for c in (1, 5, 10)}
    big = {(pp, 256, 0, c) for pp in (4096, 8192, 16384, 25000) for c in (1, 5, 10)}
    assert shapes["04"] == big | {(25000, 256, 0, 20)}
    assert shapes["05"] == {(2048, 512, 4, c) for c in (1, 5, 10)}
    assert nine.prefix_caching == "off"
    for point in nine.points[:25]:
        assert isinstance(point.load, LockstepLoad)
        assert (point.tool, point.runs, point.warmups) == (
            "llama-benchy",
            3,
            point.load.concurrency,
        )
    opened = {point.key: point.load for point in nine.points[25:]}
    assert list(opened) == ["06-office-baseline", "07-sharegpt", "08-monday-peak", "09-reasoning"]
    figures = [
        (load.rate_per_second, load.burstiness, load.requests, load.max_concurrency, load.rescale)
        for load in opened.values()
        if isinstance(load, OpenLoad)
    ]
    assert figures == [
        (0.3, 0.7, 200, None, True),
        (0.3, 0.7, 250, None, True),
        (1.5, 1.0, 300, 25, True),
        (0.2, 1.0, 50, None, True),
    ]


def test_each_point_of_a_tool_carries_its_command_and_what_it_really_does() -> None:
    for profile_id in profiles.names():
        for point in profiles.load(profile_id).points:
            if point.tool:
                assert point.tool_arguments
                assert point.resolved


def test_the_traps_of_the_nine_are_written_at_their_points() -> None:
    points = _points("nine-v1")
    assert "no turns" in points["05-multi-turn-c1"].resolved["--depth 4"]
    assert "not Poisson" in points["06-office-baseline"].resolved["--burstiness 0.7"]
    assert "1.195" in points["06-office-baseline"].resolved["--burstiness 0.7"]
    spread = points["06-office-baseline"].resolved["--random-range-ratio 0.9"]
    assert "from 399 to 7600 tokens in and 49 to 950 out" in spread
    assert "gpt2" in points["01-chat-c1"].resolved["--pp 1024"]
    assert "own default" in points["07-sharegpt"].resolved["temperature"]
    assert "leaves the wait" in points["08-monday-peak"].resolved["--max-concurrency 25"]
    assert "819 tokens/s" in points["09-reasoning"].resolved["load"]


def test_nine_v1_1_repairs_them() -> None:
    nine = profiles.load("nine-v1.1")
    points = _points("nine-v1.1")
    replay = points["05-multi-turn-c5"].load
    assert isinstance(replay, ReplayLoad)
    assert (replay.turns, replay.concurrency) == (5, 5)
    assert set(nine.pinned) == {"tokenizer", "revision"}
    assert all(point.temperature == 0 for point in nine.points)
    assert "gamma 0.7" in points["06-office-baseline"].title
    assert {"09-reasoning-drain", "09-reasoning-steady"} <= points.keys()
    assert isinstance(points["09-reasoning-steady"].load, ClosedLoad)


def test_spark_arena_has_28_points_and_v2_its_published_order() -> None:
    first, second = profiles.load("spark-arena-v1"), profiles.load("spark-arena-v2")
    assert {point.key for point in first.points} == {point.key for point in second.points}
    assert len(second.points) == 28
    assert [point.key for point in second.points][:3] == [
        "pp2048-tg128-d8192-c5",
        "pp2048-tg128-d4096-c5",
        "pp2048-tg128-d8192-c10",
    ]
    assert {point.runs for point in second.points} == {3}
    assert (second.prefix_caching, second.seed, second.shuffle) == ("on", 42, False)
    requests = sum(
        (point.runs * point.load.concurrency + point.warmups)
        * (2 if "-d0-" not in point.key else 1)
        for point in second.points
        if isinstance(point.load, LockstepLoad)
    )
    assert requests == 936


def test_a_step_of_the_rate_sweep_can_support_its_p95() -> None:
    sweep = profiles.load("rate-sweep")
    rates = [
        point.load.rate_per_second for point in sweep.points if isinstance(point.load, OpenLoad)
    ]
    assert rates == [0.1, 0.2, 0.3, 0.5, 0.7, 1.0]
    for point in sweep.points:
        assert isinstance(point.load, OpenLoad)
        assert point.load.requests >= 72
        assert point.load.requests / point.load.rate_per_second >= 250
    assert sweep.slo_ttft_p95_ms == (2000, 5000, 10000)


def test_agentic_is_200_a_minute_with_requests_for_a_p99() -> None:
    [point] = profiles.load("agentic").points
    assert isinstance(point.load, OpenLoad)
    assert point.load.rate_per_second * 60 == pytest.approx(200, abs=0.01)
    assert point.load.requests >= 367


@pytest.mark.parametrize(("tokens_per_second", "limit_s"), [(10, 60), (30, 35), (50, 30)])
def test_quick_takes_less_than_a_minute(tokens_per_second: int, limit_s: float) -> None:
    total = sum(_seconds(point, tokens_per_second, 300) for point in profiles.load("quick").points)
    assert total < limit_s


def test_quick_takes_less_than_a_minute_on_a_server_with_a_single_slot() -> None:
    quick = profiles.load("quick")
    assert sum(_seconds(point, 30, 300, slots=1) for point in quick.points) < 60


def _seconds(point: Point, decode: float, prefill: float, slots: int = 64) -> float:
    """At so many tokens a second in each slot; prompts are computed one after another."""
    assert isinstance(point.prompt, SyntheticPrompt)
    answer = point.prompt.output_tokens / decode
    prompt = point.prompt.input_tokens / prefill
    load = point.load
    if isinstance(load, OpenLoad):
        busy = load.requests * (prompt + answer / slots)
        return point.runs * max(load.requests / load.rate_per_second + answer + prompt, busy)
    assert isinstance(load, ClosedLoad)
    rounds = load.requests / min(slots, load.concurrency)
    return point.runs * (rounds * answer + load.requests * prompt) + point.warmups * (
        answer + prompt
    )


def _points(profile_id: str) -> dict[str, Point]:
    return {point.key: point for point in profiles.load(profile_id).points}
