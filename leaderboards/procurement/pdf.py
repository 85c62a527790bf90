"""A pack as PDF: the same content gives the same bytes, on whatever day it is rendered."""

from typing import Final

from leaderboards.procurement import words
from leaderboards.procurement.contents import Pack, PackCandidate, PackFact
from leaderboards.procurement.sheet import UNKNOWN, Cell, Link, Sheet
from leaderboards.templatetags.numbers import number

_SHORT: Final = 16
"""Digits shown of a SHA-256 in a table."""


def render(pack: Pack, *, pack_id: str) -> bytes:
    """Return the file. Its dates are those of the pack's position, never those of now."""
    sheet = Sheet(
        title=f"Procurement pack, {pack.arena_name}, position {pack.position}",
        subject=f"Shortlist for the profile {pack.profile_name}; SHA-256 {pack_id}",
        footer=f"Procurement pack {pack_id[:_SHORT]} · position {pack.position} · {pack.on}",
        made_at=pack.made_at,
    )
    _front(sheet, pack, pack_id)
    _summary(sheet, pack)
    _questions(sheet, pack)
    _left_out(sheet, pack)
    for candidate in pack.candidates:
        _candidate(sheet, pack, candidate)
    _replies(sheet, pack)
    sheet.heading("How to check this pack", 2)
    for place, step in enumerate(words.recompute(pack, pack_id), start=1):
        sheet.paragraph(f"{place}. {step}")
    if sheet.lacks_letters:
        sheet.paragraph(f"{UNKNOWN} is a letter that the fonts of this file lack; the JSON has it.")
    return bytes(sheet.output())


def _front(sheet: Sheet, pack: Pack, pack_id: str) -> None:
    sheet.heading("Procurement pack", 1)
    sheet.paragraph(
        f"{pack.arena_name}: {len(pack.candidates)} candidates as the log said at position"
        f" {number(pack.position)}, facts and prices in force on {pack.on}."
    )
    sheet.paragraph(words.DISCLAIMER, quiet=True)
    sheet.paragraph("Its address, from the moment somebody freezes it:")
    sheet.link_line(f"{pack.site}/procurement/{pack_id}/", f"{pack.site}/procurement/{pack_id}/")
    sheet.heading("What was asked", 2)
    sheet.rows(("Criterion", "Asked"), words.asked(pack), (70, 110))
    sheet.link_line("This answer in the calculator", f"{pack.site}/calculator/?{pack.query}")
    sheet.heading("What it rests on", 2)
    lines: list[tuple[Cell, Cell]] = [
        ("Board", f"{pack.board_name}: {pack.board_question}" if pack.board else "none"),
        ("Votes", f"{number(pack.vote_count)}, ratings computed at {number(pack.board_position)}"),
        ("Licence of the votes", pack.board_licence or words.DASH),
        ("Profile", f"{pack.profile_name}: {pack.profile_note}"),
        *((version.name.capitalize(), version.version) for version in pack.versions),
        ("Position of the log", Link(number(pack.position), f"{pack.site}/log/{pack.position}/")),
        ("Chain hash there", pack.position_sha256 or words.DASH),
        ("Pack, SHA-256", pack_id),
    ]
    lines += [(figure.unit, words.figure(figure, 2)) for figure in pack.machine]
    lines.append(
        ("Own machine", f"{words.figure(pack.machine_a_month, 2)} {pack.currency} a month"
         if pack.machine_a_month.value is not None else words.figure(pack.machine_a_month))
    )  # fmt: skip
    sheet.rows(("What", "Which"), lines, (50, 130))


def _summary(sheet: Sheet, pack: Pack) -> None:
    sheet.heading("Shortlist", 2)
    if not pack.candidates:
        sheet.paragraph("Nothing is above the floors.")
        return
    sheet.paragraph("Cheapest first; what has no cost comes last. Intervals are those of 95 %.")
    sheet.paragraph(words.classes(), quiet=True)
    lines = [
        (
            str(item.number),
            f"{item.name}, {item.label}" if item.label else item.name,
            words.figure(item.elo),
            words.figure(item.speed, 1),
            words.figure(item.a_month, 2),
            words.standing(item.standing),
            f"{len(item.gaps)} of {len(item.facts)}",
        )
        for item in pack.candidates
    ]
    headings = ("No.", "Candidate", "Elo", "tok/s", f"{pack.currency} a month", "Sovereignty",
                "Gaps")  # fmt: skip
    sheet.rows(headings, lines, (9, 46, 29, 22, 26, 34, 14))


def _questions(sheet: Sheet, pack: Pack) -> None:
    sheet.heading("Questions to the vendors", 2)
    questions = pack.questions
    if not questions:
        sheet.paragraph("Every criterion is known for every candidate.")
        return
    sheet.paragraph("One fixed question for each criterion that is unknown, and whom to ask it.")
    lines = [
        (gap.criterion, gap.question, ", ".join(map(str, numbers))) for gap, numbers in questions
    ]
    sheet.rows(("Id", "Question", "Candidates"), lines, (12, 118, 50))


def _left_out(sheet: Sheet, pack: Pack) -> None:
    sheet.heading("Left out", 2)
    if not pack.left_out:
        sheet.paragraph("Nothing was left out.")
        return
    lines = [(item.name, item.label, "; ".join(item.reasons)) for item in pack.left_out]
    sheet.rows(("Model", "Deployment", "Reasons"), lines, (50, 60, 70))
    if pack.left_out_unlisted:
        sheet.paragraph(f"And {number(pack.left_out_unlisted)} more, which are not listed.")


def _candidate(sheet: Sheet, pack: Pack, item: PackCandidate) -> None:
    sheet.heading(f"{item.number}. {item.name}", 2)
    if item.label:
        sheet.paragraph(item.label, quiet=True)
    if item.model:
        # Written out, for whoever has it on paper.
        address = f"{pack.site}/models/{item.model}/"
        sheet.link_line(address, address)
    sheet.rows(("What", "Figure", "From"), _figures(item), (40, 80, 60))
    known = item.known
    if known:
        sheet.heading("Facts", 3)
        widths = (38, 36, 17, 57, 32)
        headings = ("Criterion, points", "Answer", "Evidence", "Source", "Stated, until, reviewed")
        sheet.rows(headings, [_fact(pack, fact) for fact in known], widths)
    if item.gaps:
        sheet.heading("Gaps", 3)
        sheet.rows(("Criteria that are unknown", "Why"), _gaps(item), (120, 60))


def _gaps(item: PackCandidate) -> list[tuple[Cell, Cell]]:
    """Return the gaps by reason, each with what is stated where anything is."""
    by_reason: dict[str, list[str]] = {}
    for gap in item.gaps:
        stated = f" (stated: {gap.answer})" if gap.answer else ""
        by_reason.setdefault(gap.reason, []).append(f"{gap.criterion} {gap.title}{stated}")
    return [("; ".join(names), reason) for reason, names in by_reason.items()]


def _figures(item: PackCandidate) -> list[tuple[Cell, Cell, Cell]]:
    openness = {True: "open weights", False: "closed weights", None: ""}[item.weights_open]
    maker = ", ".join(filter(None, (item.developer, item.licence, openness)))
    lines: list[tuple[Cell, Cell, Cell]] = [
        ("Maker, licence", maker or words.DASH, ""),
        ("Operator", item.operator or words.DASH, ""),
        ("Elo", words.figure(item.elo), words.provenance(item.elo)),
        ("Speed of one stream, tok/s", words.figure(item.speed, 1), words.provenance(item.speed)),
        (item.a_month.unit, words.figure(item.a_month, 2), _source(item)),
    ]
    for task in item.tasks:
        cost = words.figure(task.cost, 6)
        lines.append((f"Task: {task.title}, {task.cost.unit}", cost, task.cost.note))
    lines.append(("Sovereignty", words.standing(item.standing), ""))
    return lines


def _source(item: PackCandidate) -> Cell:
    text, url = words.provenance(item.a_month), item.a_month.source_url
    return Link(text or url, url) if url else text


def _fact(pack: Pack, fact: PackFact) -> tuple[Cell, ...]:
    points = f"{number(fact.points or 0, 1)} of {number(fact.full_points)} points"
    answer = ". ".join(filter(None, (fact.answer, fact.note, fact.reason)))
    archived = f"sha256 {fact.source_sha256}" if fact.source_sha256 else "not archived"
    source: Cell = archived
    if fact.source_url:
        source = Link(f"{fact.source_url} {archived}", fact.source_url)
    dates = f"{fact.stated_on}, until {fact.expires_on}, by {fact.reviewed_by}"
    event = f"{pack.site}/log/{fact.reviewed_position}/"
    return (
        f"{fact.criterion} {fact.title}: {points}",
        answer,
        words.evidence(fact),
        source,
        Link(dates, event),
    )


def _replies(sheet: Sheet, pack: Pack) -> None:
    if not pack.replies:
        return
    sheet.heading("What operators reply", 2)
    for reply in pack.replies:
        sheet.heading(f"{reply.operator}, {reply.stated_on}", 3)
        sheet.paragraph(reply.text)
        if reply.source_url:
            sheet.link_line("Its source", reply.source_url)
