"""How a reader splits the work between two deployments, read from the URL."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from leaderboards.cost import reading
from leaderboards.cost.mixes import Mix, mixes
from leaderboards.cost.reading import BadParameter

NAMES: Final = ("share", "first", "second", "first_mix", "second_mix")
DEFAULT_SHARE_PERCENT: Final = 50.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """Two parts of the work, such as architecture in the cloud and files on the desk."""

    share_percent: float
    """Of all tokens of a day, those of the second part; 1 to 99."""
    first: str | None
    """Deployment; None for the price offered, else the cheapest tokens of the shortlist."""
    second: str | None
    """Deployment; None for the reader's machine."""
    first_mix: Mix | None
    """Whose proportions the tokens of the part have; None: those of the whole work."""
    second_mix: Mix | None

    @property
    def stated(self) -> Mapping[str, str]:
        """Return every parameter as text, empty where it is left to the default."""
        return {
            "share": f"{self.share_percent:.12g}",
            "first": self.first or "",
            "second": self.second or "",
            "first_mix": self.first_mix.key if self.first_mix else "",
            "second_mix": self.second_mix.key if self.second_mix else "",
        }


def read(query: Mapping[str, str], *, deployments: Collection[str]) -> Split | None:
    """Return the split that a URL asks for, None for none; raise BadParameter."""
    if not any(query.get(name, "").strip() for name in NAMES):
        return None
    share = reading.number(query, "share", low=1, high=99, unit="per cent")
    first, second = (deployment(query, name, deployments) for name in ("first", "second"))
    if first is not None and first == second:
        raise BadParameter("second", f"{second[:80]} is the first as well; a plan has two.")
    known = mixes().by_key
    first_mix, second_mix = (
        reading.choice(query, name, known) for name in ("first_mix", "second_mix")
    )
    return Split(
        share_percent=DEFAULT_SHARE_PERCENT if share is None else share,
        first=first,
        second=second,
        first_mix=known[first_mix] if first_mix else None,
        second_mix=known[second_mix] if second_mix else None,
    )


def deployment(query: Mapping[str, str], name: str, known: Collection[str]) -> str | None:
    """Return a registered deployment, None where none is stated; raise BadParameter."""
    slug = query.get(name, "").strip()
    if slug and slug not in known:
        raise BadParameter(name, f"{slug[:80]} is not registered; the page of each model"
                           " lists its deployments.")  # fmt: skip
    return slug or None
