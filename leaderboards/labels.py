"""Short words beside a row's model: badges that somebody awarded, and who leads a size class."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.queries import ModelInfo
from benchmarks.queries.badges import BadgeInfo, Badges
from leaderboards.page_cache import PageCache, Sized
from leaderboards.rows import Row
from leaderboards.size_classes import Lead, leads

_DEPLOYMENT = "deployment:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One label; `position` is the event that awarded a badge, None for what is computed."""

    text: str
    meaning: str
    position: int | None = None


Labels = Mapping[str, tuple[Label, ...]]
"""By the key of a row."""


_kept: Final[PageCache[Labels]] = PageCache(most_bytes=8_000_000)
_BYTES_A_ROW: Final = 1_000


def kept(board: Hashable, version: Hashable, make: Callable[[], Labels]) -> Labels:
    """Return the labels of a board, or of what stands for it, made once in each version."""

    def sized() -> Sized[Labels]:
        made = make()
        return Sized(made, _BYTES_A_ROW * len(made))

    return _kept.get(board, version, sized)


def labels(rows: Sequence[Row], *, models: Mapping[str, ModelInfo], held: Badges) -> Labels:
    """Return the labels of a whole board's rows: leaders are those of all its rated models."""
    leading = of_leads(rows, models)
    found = {row["key"]: _of_row(row, held, leading) for row in rows}
    return {key: items for key, items in found.items() if items}


def of_leads(rows: Sequence[Row], models: Mapping[str, ModelInfo]) -> dict[str, Label]:
    """Return who leads a size class among a whole board's rows, by the key of the row."""
    found = leads(rows, models)
    return {
        row["key"]: of_lead(found[row["model"]["slug"]])
        for row in rows
        if row["tier"] is not None and row["model"]["slug"] in found
    }


def of_badge(info: BadgeInfo) -> Label:
    """Return a badge as a label."""
    return Label(
        text=info.title,
        meaning=f"{info.meaning}; {info.why}, {info.by}, {info.stated_on}",
        position=info.position,
    )


def of_lead(lead: Lead) -> Label:
    """Return the lead of a size class as a label."""
    title = lead.size_class.title
    others = "1 other rated model" if lead.rivals == 1 else f"{lead.rivals} other rated models"
    if not lead.shared_with:
        how = "its interval lies above all others"
        return Label(text=f"leads {title}", meaning=f"of the class of {title} with {others}: {how}")
    return Label(
        text=f"first of {title}, shared with {lead.shared_with}",
        meaning=f"the highest rated of the class of {title} with {others}: the votes cannot tell "
        f"{lead.shared_with} of them apart from it",
    )


def _of_row(row: Row, held: Badges, leading: Mapping[str, Label]) -> tuple[Label, ...]:
    model = row["model"]["slug"]
    badges = [
        *held.get(("model", model), ()),
        *held.get(("deployment", row["key"].removeprefix(_DEPLOYMENT)), ()),
    ]
    lead = leading.get(row["key"])
    return (*map(of_badge, badges), *([lead] if lead else []))
