"""One row of a board as HTML.

Thirty columns of fifty rows are fifteen hundred cells, and a template takes longer for one cell
than a whole page may take. What is written here is what static/leaderboards/rows.js fills in when
a row changes.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from leaderboards.addresses import address
from leaderboards.labels import Label
from leaderboards.presentation import CellView, RowView
from leaderboards.rows import Row
from leaderboards.templatetags.numbers import moment, plain
from leaderboards.whiskers import WIDTH_PX, Scale

OPEN: Final = "\x00"
"""Stands where the number of a reference goes. No text of a database can hold it."""
_TIER_START: Final = ' class="tier-start"'


def markup(view: RowView, scale: Scale | None, *, is_whole: bool = False) -> str:
    """Return one row; OPEN stands where the numbers of its references go.

    Of figure and dash a cell has one, without its empty parts, which would be a third of a page;
    where `is_whole` it has all that the browser may fill in.
    """
    row = view.row
    model = row["model"]
    ranks = f"{row['rank_best']}–{row['rank_worst']}" if row["rank_best"] else ""
    return (
        f'<tr data-key="{escape(row["key"])}" data-order="{row["order"]}"'
        f' data-tier="{_known(row["tier"])}"{_TIER_START if view.is_tier_start else ""}>'
        f'<td class="tier"{_titled(view.first_chance)}><b>{_known(row["tier"])}</b>'
        f' <span class="ranks">{ranks}</span></td>'
        f'<th scope="row" class="model">{_pick(row)}'
        f'<a href="{escape(address("model", model["slug"]))}">{escape(model["name"])}</a>'
        f' <small class="deployment"{_hidden(not row["deployment"])}>'
        f'<a href="{escape(address("deployment", view.deployment_slug))}">'
        f"{escape(row['deployment'] or '')}</a></small>{_labelled(view.labels)}</th>"
        f"{''.join(_cell(cell, scale, is_whole) for cell in view.cells)}</tr>\n"
    )


def _pick(row: Row) -> str:
    """The box that takes a row into a comparison."""
    return (
        f'<input class="pick" type="checkbox" name="row" value="{escape(row["key"])}"'
        f' form="compare" aria-label="Compare {escape(row["model"]["name"])}"> '
    )


def _labelled(labels: Sequence[Label]) -> str:
    """Badges that lead to the event that awarded them, and who leads a size class."""
    if not labels:
        return ""
    return f' <span class="labels">{" ".join(map(_label, labels))}</span>'


def _label(label: Label) -> str:
    inside = f'title="{escape(label.meaning)}">{escape(label.text)}'
    if label.position is None:
        return f'<span class="label" {inside}</span>'
    return f'<a class="label" href="{escape(address("event", label.position))}" {inside}</a>'


def _cell(cell: CellView, scale: Scale | None, is_whole: bool) -> str:
    figure = _figure(cell, is_whole) if is_whole or cell.text else ""
    missing = _missing(cell, is_whole) if is_whole or not cell.text else ""
    return (
        f'{_opening(cell)} data-value="{cell.sort_value}"{_source(cell)}>'
        f"{_disputed(cell)}{figure}{_measures(cell, is_whole)}{missing}{_drawing(cell, scale)}</td>"
    )


def _figure(cell: CellView, is_whole: bool) -> str:
    trim = f" trim-{cell.trim}" if cell.trim else ""
    suffix = _part("span", "suffix", f" {escape(cell.suffix)}" if cell.suffix else "", is_whole)
    return (
        f'<a class="figure"{_leading(cell.href, bool(cell.text))} title="{escape(cell.title)}">'
        f'{_apart(cell)}<span class="value{trim}">{escape(cell.text)}</span>'
        f"{suffix}{_number(cell, is_whole)}{_interval(cell)}</a> "
    )


def _missing(cell: CellView, is_whole: bool) -> str:
    return (
        f'<a class="missing"{_leading(cell.href, not cell.text)}>–'
        f'<span class="tip">{escape(cell.raw["missing"] or "")}</span>'
        f"{_number(cell, is_whole)}</a>"
    )


def _number(cell: CellView, is_whole: bool) -> str:
    """The place of the number of a claim's reference."""
    return _part("sup", "ref", OPEN if cell.reference else "", is_whole)


def _part(tag: str, name: str, text: str, is_whole: bool) -> str:
    return f'<{tag} class="{name}">{text}</{tag}>' if text or is_whole else ""


def _disputed(cell: CellView) -> str:
    """The flag of a cell with open disputes."""
    found = cell.disputed
    if found is None:
        return ""
    newest = moment(found.newest)
    return (
        f'<a class="disputed" href="{escape(cell.href)}" title="{found.count} open'
        f' {_plural("dispute", found.count)}, newest {newest}"><span aria-hidden="true">⚑</span>'
        f'<span class="visually-hidden">disputed {found.count}'
        f" {_plural('time', found.count)}, {newest}</span></a> "
    )


def _apart(cell: CellView) -> str:
    """The mark of a figure that does not compare with its column: a sign, and why in words."""
    if not cell.not_comparable:
        return ""
    return (
        '<span class="unlike"><span aria-hidden="true">≠</span><span class="visually-hidden">'
        f"{escape(cell.not_comparable)}; </span></span>"
    )


def _measures(cell: CellView, is_whole: bool) -> str:
    """What a score measures."""
    is_hidden = not cell.measures or not cell.text
    if cell.column.dimension != "quality" or (is_hidden and not is_whole):
        return ""
    return f'<span class="chip measures"{_hidden(is_hidden)}>{escape(cell.measures)}</span> '


def _opening(cell: CellView) -> str:
    return (
        f'<td class="num {escape(cell.css_class)}" data-column="{escape(cell.column.key)}"'
        f' data-label="{escape(cell.label)}" data-unit="{escape(cell.unit)}"'
    )


def _source(cell: CellView) -> str:
    """The attributes from which the browser numbers the references anew."""
    reference = cell.reference
    if reference is None:
        return ""
    return (
        f' data-source="{escape(reference.name)}" data-url="{escape(reference.url or "")}"'
        f' data-stated-on="{escape(reference.stated_on)}"'
    )


def _interval(cell: CellView) -> str:
    if not cell.has_interval_drawn:
        return ""
    return (
        f' <span class="pm">{cell.plus_minus}</span>'
        f'<span class="interval visually-hidden">{cell.interval}</span>'
    )


def _drawing(cell: CellView, scale: Scale | None) -> str:
    """The whisker of a cell; one without an interval is there for the browser to fill in."""
    if not cell.has_interval_drawn:
        return ""
    raw, drawn = cell.raw, cell.whisker
    lower, value, upper = (drawn.lower, drawn.value, drawn.upper) if drawn else ("0", "0", "0")
    anchor = scale.anchor_x if scale else "0"
    return (
        f'<svg class="whisker{"" if drawn else " none"}" viewBox="0 0 {WIDTH_PX} 14"'
        f' aria-hidden="true" data-lower="{plain(raw["lower"])}" data-value="{plain(raw["value"])}"'
        f' data-upper="{plain(raw["upper"])}">'
        f"{_line('anchor', anchor, anchor, -12, 26)}{_line('span', lower, upper, 7, 7)}"
        f"{_line('from', lower, lower, 3, 11)}{_line('to', upper, upper, 3, 11)}"
        f'<circle cx="{value}" cy="7" r="3"/></svg>'
    )


def _line(name: str, x1: str, x2: str, y1: int, y2: int) -> str:
    return f'<line class="{name}" x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}"/>'


def _titled(text: str) -> str:
    return f' title="{escape(text)}"' if text else ""


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"


def _leading(href: str, is_shown: bool) -> str:
    """Where a link leads; of figure and dash the one that is hidden leads nowhere."""
    return f' href="{escape(href)}"' if is_shown else " hidden"


def _hidden(is_hidden: bool) -> str:
    return " hidden" if is_hidden else ""


def _known(number: int | None) -> str:
    return "" if number is None else str(number)
