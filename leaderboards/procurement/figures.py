"""Figures of a pack: Elo, speed and costs of a candidate, each with what stands behind it."""

from collections.abc import Iterator

from leaderboards.calculator.answer import Answer
from leaderboards.calculator.answer import tasks as tasks_of
from leaderboards.calculator.inputs import Wish
from leaderboards.calculator.machine import Figure
from leaderboards.calculator.shortlist import Candidate
from leaderboards.cells import Cell, iso
from leaderboards.cost.facts import CostFacts, Input
from leaderboards.procurement.contents import PackFigure

ELO = "Elo"
SPEED = "tok/s"


def elo(item: Candidate, wish: Wish) -> PackFigure:
    """Return the rating of the candidate's model on the board that was asked for."""
    if item.rating is None:
        why = f"not rated on the board {wish.board}" if wish.board else "there is no board"
        return PackFigure(value=None, unit=ELO, missing=why)
    return _of_cell(item.rating)


def speed(known: CostFacts | None) -> PackFigure:
    """Return how fast one stream writes, the median over published runs."""
    if known is None or known.decode is None:
        return PackFigure(value=None, unit=SPEED, missing="no published run has measured it")
    return PackFigure(unit=SPEED, counted="runs", **_of_input(known.decode))


def a_month(item: Candidate, known: CostFacts | None, wish: Wish) -> PackFigure:
    """Return what a month of the work costs."""
    price = known.price if known and not known.is_own else None
    return PackFigure(
        value=item.a_month,
        unit=f"{wish.costs.currency} a month",
        as_of=iso(item.as_of),
        source=item.source,
        source_url=price.source_url if price else None,
        position=item.position,
        missing=item.missing,
    )


def tasks(
    item: Candidate, known: CostFacts | None, found: Answer
) -> Iterator[tuple[str, str, PackFigure]]:
    """Return (key, title, cost) of one task of each mix; nothing for an offer typed in."""
    if known is None:
        return
    price = known.price if not known.is_own else None
    for task in tasks_of(found.facts, found.wish, item.deployment):
        cost = _of_cell(task.cost)
        if price is not None and cost.value is not None:
            cost = cost.model_copy(
                update={
                    "source": price.source_name,
                    "source_url": price.source_url,
                    "position": price.position,
                }
            )
        yield task.mix.key, task.mix.title, cost


def of_machine(figure: Figure) -> PackFigure:
    """Return one figure of the reader's own machine."""
    return PackFigure(
        value=figure.value,
        unit=f"{figure.title}, {figure.unit}",
        as_of=iso(figure.as_of),
        source=figure.origin,
        position=figure.position,
        missing="" if figure.value is not None else figure.origin,
    )


def machine_month(found: Answer) -> PackFigure:
    """Return what a month of the work costs on the reader's own machine."""
    mine, unit = found.mine, f"{found.wish.costs.currency} a month"
    if mine is None:
        return PackFigure(value=None, unit=unit, missing=found.missing)
    words = f"{mine.hours_a_day:.2f} hours a day, hardware over {mine.months} months"
    too_slow = "" if mine.fits else "; one stream cannot do it in a day"
    return PackFigure(value=mine.a_month, unit=unit, note=f"{words}{too_slow}")


def _of_cell(cell: Cell) -> PackFigure:
    value = cell["value"]
    return PackFigure(
        value=None if value is None else float(value),
        unit=cell["unit"],
        lower=cell["lower"],
        upper=cell["upper"],
        sample=cell["sample"],
        counted="runs" if cell["counted"] == "prices" else cell["counted"],
        as_of=cell["as_of"],
        source=cell["source_name"] or "",
        source_url=cell["source_url"],
        position=cell["position"],
        note=cell["note"],
        missing=cell["missing"] or "",
    )


def _of_input(known: Input) -> dict[str, float | int | str | None]:
    return {
        "value": known.value,
        "sample": known.runs,
        "as_of": iso(known.as_of),
        "source": known.origin,
        "position": known.position,
    }
