"""The composite score: its formula, its cohort, its classes, its presets and own weights."""

import pytest

from leaderboards.composite import (
    Member,
    Norms,
    Standing,
    composite,
    contributions,
    scored,
    standings,
)
from leaderboards.draws import Measure
from leaderboards.presets import (
    PresetsError,
    Weights,
    WeightsError,
    presets,
    read_presets,
    read_weights,
)

AGGREGATE = Weights(70, 20, 10)


def member(rating: float | None, speed: float | None, resource: float | None = 100.0) -> Member:
    return Member(
        rating=None if rating is None else Measure(rating),
        speed=None if speed is None else Measure(speed),
        resource=resource,
    )


def test_the_published_example() -> None:
    """0.70 · 99 + 0.20 · 48 + 0.10 · 22 = 81.1."""
    norms = Norms(99, 48, 22)
    assert composite(AGGREGATE, norms) == pytest.approx(81.1)
    assert contributions(AGGREGATE, norms) == pytest.approx((69.3, 9.6, 2.2))


def test_each_dimension_is_relative_to_the_best_of_the_cohort() -> None:
    best, other = scored([member(1200, 100, 100), member(1000, 25, 100)], AGGREGATE)
    assert best.norms == (100, 100, 100)
    assert best.score == pytest.approx(100)
    # Against the mean of 1100: 1 / (1 + 10^(100/400)) and 1 / (1 + 10^(-100/400)).
    assert (best.expected, other.expected) == pytest.approx((0.640065, 0.359935), abs=1e-6)
    assert other.norms == pytest.approx((100 * 0.359935 / 0.640065, 25, 25), abs=1e-3)
    assert other.score == pytest.approx(0.7 * 56.2342 + 0.2 * 25 + 0.1 * 25, abs=1e-3)
    assert (other.lower, other.upper) == (None, None)


def test_a_slow_member_is_kept_and_nothing_multiplies_its_quality() -> None:
    slow, fast = scored([member(1200, 0.5), member(900, 200)], Weights(100, 0, 0))
    assert slow.score == pytest.approx(100)
    assert fast.score == pytest.approx(100 * 0.296615 / 0.703385, abs=1e-3)
    assert fast.norms.speed == 100


def test_what_is_not_measured_makes_no_score_and_is_never_zero() -> None:
    none, no_speed, no_resource, whole = scored(
        [member(None, None), member(1000, None), member(1000, 50, None), member(900, 50)],
        AGGREGATE,
    )
    assert [one.score for one in (none, no_speed, no_resource)] == [None] * 3
    assert no_resource.norms.efficiency is None
    assert no_resource.norms.speed == 100
    assert whole.score is not None


def test_a_dimension_that_weighs_nothing_need_not_be_measured() -> None:
    [one, _] = scored([member(1000, 50, None), member(900, 50)], Weights(60, 40, 0))
    assert one.score == pytest.approx(100)


def test_a_model_in_two_rows_counts_once_in_the_mean_of_the_cohort() -> None:
    rating = Measure(1200.0, shared="a")
    rows = [Member(rating=rating, speed=Measure(speed), resource=1.0) for speed in (10.0, 20.0)] + [
        Member(rating=Measure(1000.0, shared="b"), speed=Measure(5.0), resource=1.0)
    ]
    assert scored(rows, AGGREGATE)[0].expected == pytest.approx(0.640065, abs=1e-6)


def test_interval_comes_from_the_intervals_of_the_figures() -> None:
    leader = Member(rating=Measure(1200.0, 1150.0, 1250.0), speed=Measure(100.0), resource=1.0)
    other = Member(rating=Measure(1000.0, 900.0, 1100.0), speed=Measure(50.0), resource=1.0)
    first, second = scored([leader, other], AGGREGATE)
    assert first.lower is not None
    assert first.upper == pytest.approx(100)
    assert second.lower is not None
    assert second.upper is not None
    assert second.score is not None
    assert second.lower < second.score < second.upper
    assert scored([leader, other], AGGREGATE) == [first, second]


def test_a_cohort_without_any_figure_has_no_scores() -> None:
    assert [one.score for one in scored([member(None, None, None)] * 2, AGGREGATE)] == [None, None]
    assert scored([], AGGREGATE) == []


def test_classes_of_the_published_samples() -> None:
    assert standings([81.1, 54.0, 26.4, None]) == [
        Standing(level="top", is_leader=True, is_last=False),
        Standing(level="middle", is_leader=False, is_last=False),
        Standing(level="bottom", is_leader=False, is_last=True),
        None,
    ]


def test_limits_of_the_classes_belong_to_the_middle() -> None:
    levels = [one.level for one in standings([0, 24.9, 25, 75, 75.1, 100]) if one]
    assert levels == ["bottom", "bottom", "middle", "middle", "top", "top"]


def test_equal_scores_lead_together_and_have_no_level() -> None:
    both = standings([50, 50])
    assert both == [Standing(level=None, is_leader=True, is_last=False)] * 2
    assert standings([None]) == [None]


def test_presets_are_those_published() -> None:
    assert {slug: tuple(one.weights) for slug, one in presets().by_slug.items()} == {
        "aggregate": (70, 20, 10),
        "chat": (60, 30, 10),
        "agent": (70, 20, 10),
        "batch-rag": (20, 70, 10),
        "reasoning": (60, 30, 10),
    }
    assert presets().version == 1


ENTRY = "{slug: one, name: One, quality: 50, speed: 30, efficiency: 20, bench: chat}"
HEAD = "version: 1\nsource_name: x\nnoted_on: 2026-01-01\npresets:\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("presets: [", "no YAML"),
        (HEAD + f"  - {ENTRY.replace('50', '60')}", "sum to 110, want 100"),
        (HEAD + f"  - {ENTRY}\n  - {ENTRY}", "twice"),
        (HEAD + f"  - {ENTRY.replace('one', 'No Slug')}", "presets/0/slug"),
    ],
)
def test_a_broken_file_of_presets_is_refused(text: str, reason: str) -> None:
    with pytest.raises(PresetsError, match=reason):
        read_presets(text)


def test_own_weights_are_scaled_to_a_hundred() -> None:
    assert read_weights("q:60,g:30,e:10") == (60, 30, 10)
    assert read_weights("q:3, g:1") == (75, 25, 0)


@pytest.mark.parametrize(
    "text", ["", "q", "q:1,q:2", "z:1", "q:-1", "q:nan", "q:inf", "q:ten", "q:0,g:0", "q:1e9"]
)
def test_what_names_no_weights_is_refused(text: str) -> None:
    with pytest.raises(WeightsError):
        read_weights(text)


def test_a_draw_without_anything_above_zero_gives_no_points() -> None:
    low = Member(rating=Measure(1.0, -1.0, 3.0), speed=None, resource=None)
    [found] = scored([low], Weights(100, 0, 0), is_rated=False)
    assert (found.lower, found.score, found.upper) == pytest.approx((0, 100, 100))
    wide = Member(rating=Measure(1.0, -9.0, 11.0), speed=None, resource=None)
    [found] = scored([wide], Weights(100, 0, 0), is_rated=False)
    assert (found.lower, found.score, found.upper) == pytest.approx((0, 100, 100))
