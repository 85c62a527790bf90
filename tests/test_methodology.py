"""The worked example in docs/methodology.md is what the live code computes."""

from pathlib import Path

from arena.worked_example import worked_example

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
