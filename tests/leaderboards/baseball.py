"""Games of the American League East in 1987 (Agresti 2002, Categorical Data Analysis, p. 438)."""

from leaderboards.pair_counts import PairCounts
from tests.leaderboards.counting import from_rows

TEAMS = ("Baltimore", "Boston", "Cleveland", "Detroit", "Milwaukee", "New York", "Toronto")
HOME_AND_AWAY_WINS = {
    "Milwaukee": {"Detroit": (4, 3), "Toronto": (4, 2), "New York": (4, 3), "Boston": (6, 1),
                  "Cleveland": (4, 2), "Baltimore": (6, 0)},
    "Detroit": {"Milwaukee": (3, 3), "Toronto": (4, 2), "New York": (4, 3), "Boston": (6, 0),
                "Cleveland": (6, 1), "Baltimore": (4, 3)},
    "Toronto": {"Milwaukee": (2, 5), "Detroit": (4, 3), "New York": (2, 4), "Boston": (4, 3),
                "Cleveland": (4, 2), "Baltimore": (6, 0)},
    "New York": {"Milwaukee": (3, 3), "Detroit": (5, 1), "Toronto": (2, 5), "Boston": (4, 3),
                 "Cleveland": (4, 2), "Baltimore": (6, 1)},
    "Boston": {"Milwaukee": (5, 1), "Detroit": (2, 5), "Toronto": (3, 3), "New York": (4, 2),
               "Cleveland": (5, 2), "Baltimore": (6, 0)},
    "Cleveland": {"Milwaukee": (2, 5), "Detroit": (3, 3), "Toronto": (3, 4), "New York": (4, 3),
                  "Boston": (4, 2), "Baltimore": (2, 4)},
    "Baltimore": {"Milwaukee": (2, 5), "Detroit": (1, 5), "Toronto": (1, 6), "New York": (2, 4),
                  "Boston": (1, 6), "Cleveland": (3, 4)},
}  # fmt: skip
"""Games that the first team won and lost at home against the second."""


def baseball_1987() -> PairCounts:
    """The home team as left side; teams in alphabetical order."""
    return from_rows(
        TEAMS,
        [
            [TEAMS.index(home), TEAMS.index(away), home_wins, away_wins, 0, 0]
            for home, opponents in HOME_AND_AWAY_WINS.items()
            for away, (home_wins, away_wins) in opponents.items()
        ],
    )
