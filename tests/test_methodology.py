"""The worked example in docs/methodology.md is what the live code computes."""

from pathlib import Path

from arena.worked_builds import worked_builds
from arena.worked_example import worked_example
from leaderboards.build_words import p_text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methodology.md"


def test_the_documented_example_is_what_the_code_computes() -> None:
    rows = [
        f"| {row.team} | {row.published_strength} | {row.rating:.1f} ± {row.half_width:.1f} |"
        for row in worked_example()
    ]
    assert "\n".join(rows) in PAGE.read_text()


def test_the_example_has_the_published_strengths() -> None:
    for row in worked_example():
        assert abs(row.strength - row.published_strength) < 0.0006


def test_the_documented_builds_are_what_the_code_computes() -> None:
    test = worked_builds()
    rows = [
        f"| {row.quantization} | {row.votes} | {row.rating:.1f}, {row.lower:.1f} to {row.upper:.1f}"
        f" | {row.above_model:+.1f}, {row.above_lower:.1f} to {row.above_upper:.1f} |"
        for row in test.rated
    ]
    page = PAGE.read_text()
    assert "\n".join(rows) in page
    assert test.wald is not None
    assert f"χ² = {test.wald.chi_squared:.2f}, {p_text(test.wald.p_adjusted)}" in page
