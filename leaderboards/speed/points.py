"""The points of shipped profiles that columns are made of, the preferred one first."""

from collections.abc import Iterable, Sequence
from typing import Final

from arena_runner.contract import profiles
from benchmarks.queries import PointOf

HEADLINES: Final = (PointOf("headline-v1", "tg128-c1"), PointOf("quick-v1", "tg128-c1"))
FIRST_TOKEN: Final = (PointOf("first-token-v1", "ttft-c1"),)
AGENTS: Final = (PointOf("agentic-v1", "small-200-per-minute"),)
TOGETHER: Final[dict[int, tuple[PointOf, ...]]] = {
    2: (PointOf("np-sweep-v1", "c2"), PointOf("spark-arena-v2", "pp2048-tg128-d0-c2")),
    4: (PointOf("np-sweep-v1", "c4"), PointOf("quick-v1", "c4")),
    5: (PointOf("spark-arena-v2", "pp2048-tg128-d0-c5"), PointOf("nine-v1.1", "01-chat-c5")),
    8: (PointOf("np-sweep-v1", "c8"),),
    10: (PointOf("spark-arena-v2", "pp2048-tg128-d0-c10"), PointOf("nine-v1.1", "01-chat-c10")),
    16: (PointOf("np-sweep-v1", "c16"),),
}
"""By how many requests at once; other levels are measured by no profile that ships."""

_TOKENS: Final = {
    "np-sweep-v1": "256 tokens in, 128 out",
    "quick-v1": "64 tokens in",
    "headline-v1": "2,048 tokens in, 128 out",
    "spark-arena-v2": "2,048 tokens in, 128 out, in batches",
    "nine-v1.1": "1,024 tokens in, 1,024 out, in batches",
    "first-token-v1": "512 tokens in, 16 out",
    "agentic-v1": "200 a minute of about 1,000 tokens in, 100 out",
}


def conditions_of(names: Sequence[str], *, key: str = "") -> dict[str, str]:
    """Return under which conditions runs of these profiles measure, at the point `key`.

    Prefix caching is the profile's: a recipe that says otherwise is refused.
    """
    caching = sorted({profiles.load(name).prefix_caching for name in names})
    return {
        "profile": f"{' and '.join(names)} {key}".rstrip(),
        "prefix caching": " and ".join(caching).replace("_", " "),
    }


def words(points: Iterable[PointOf]) -> str:
    """Return where a column measures, in words: the first point that has a run is taken."""
    places = [f"{point.profile} {point.key} ({_TOKENS[point.profile]})" for point in points]
    text = f"at {', else at '.join(places)}"
    return f"{text}, which is then named after the figure" if len(places) > 1 else text
