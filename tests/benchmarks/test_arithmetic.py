"""Figures of the seed texts come out of their own inputs, or visibly do not."""

import pytest

from benchmarks.arithmetic import checks, formulas

FOUND = {check.key: check for check in checks()}


@pytest.mark.parametrize(
    ("key", "stated", "recomputed", "verdict"),
    [
        ("cloud-day", 37.5, 37.5, "holds"),
        ("cloud-month", 1125, 1125, "holds"),
        ("hours", 3.4, 3.388, "holds"),
        ("energy", 480, 474, "rounded"),
        ("electricity", 10, 14.2, "does not hold"),
        ("ratio", 11_000, 264, "does not hold"),
        ("table-ratio", 1_500, 264, "does not hold"),
        ("local-106.69", 0.01, 0.109, "does not hold"),
        ("local-95.11", 0.04, 0.123, "does not hold"),
        ("local-75.96", 0.06, 0.307, "does not hold"),
        ("local-73.33", 0.05, 0.159, "does not hold"),
        ("local-67.63", 0.04, 0.690, "does not hold"),
        ("local-41", 0.05, 0.285, "does not hold"),
        ("payback", 3, 3.6, "does not hold"),
        ("payback-2026", 3, 4.2, "does not hold"),
        ("payback-corrected", 3, 10.8, "does not hold"),
        ("payback-corrected-2026", 3, 12.7, "does not hold"),
        ("score", 81.1, 81.1, "holds"),
        ("poisson", 1, 1.195, "does not hold"),
        ("slots", 2.2174, 2.0, "does not hold"),
        ("hot-memory", 45, 46.9, "does not hold"),
    ],
)
def test_the_recomputed_figure_is_the_expected_one(
    key: str, stated: float, recomputed: float, verdict: str
) -> None:
    check = FOUND[key]

    assert check.stated == stated
    assert round(check.recomputed, check.digits) == recomputed
    assert check.verdict == verdict
    assert check.inputs
    assert all(part.unit for part in check.inputs)


def test_every_check_is_in_the_table_above_once() -> None:
    assert len(FOUND) == len(checks()) == 21


def test_ten_cents_are_off_by_forty_two_percent_and_the_corrected_ratio_is_88() -> None:
    assert round(FOUND["electricity"].off_percent) == 42
    assert "it is 88." in FOUND["ratio"].note


@pytest.mark.parametrize(("gap", "percent"), [(0, 50.0), (80, 61.3), (83, 61.7), (400, 90.9)])
def test_an_elo_gap_is_a_share_of_wins(gap: float, percent: float) -> None:
    assert round(formulas.expected_wins_percent(gap), 1) == percent


def test_a_machine_without_a_saving_never_pays() -> None:
    with pytest.raises(ValueError, match="never pays"):
        formulas.payback_months(3_999, 10, 10)
