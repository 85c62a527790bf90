"""The columns of every board that come from its votes."""

from functools import partial
from typing import Final

from leaderboards import build_words, cells, siblings
from leaderboards.builds import BuildRating
from leaderboards.cells import Cell
from leaderboards.claimed import claims
from leaderboards.column import CellOf, Column
from leaderboards.proportions import wilson_interval
from leaderboards.ratings import Rating, Reason
from leaderboards.sources import Sources, Subject

_NO_VOTES: Final = "no votes on this board"
_NOT_CONTROLLED: Final = "the votes with known style cannot place it among the others"
_NOT_RANKED: Final[dict[Reason, str]] = {
    Reason.NO_VOTES: _NO_VOTES,
    Reason.ALWAYS_WON: "not ranked: won every vote, so the votes set no upper limit",
    Reason.ALWAYS_LOST: "not ranked: lost every vote, so the votes set no lower limit",
    Reason.ONLY_TIES: "not ranked: only ties, so there is no spread to estimate an interval from",
    Reason.NOT_CONNECTED: "not ranked: no chain of wins and losses joins it with the others",
}


def _rating(
    sources: Sources, row: Rating | BuildRating, subject: Subject, marks: siblings.Marked
) -> Cell:
    return cells.measured(
        row.rating,
        unit="Elo",
        lower=row.lower,
        upper=row.upper,
        sample=row.votes,
        as_of=sources.last_vote_at[subject.model],
        **marks,
    )


def _ratings(sources: Sources) -> CellOf:
    rated = {row.model: row for row in sources.fit.ratings}
    build_of = build_words.own_ratings(sources)
    shared_of = siblings.shared_ratings(sources)
    tests = sources.board_fit.builds.tests
    reason_of = {row.model: row.reason for row in sources.fit.unrated}
    own = {"board": sources.board}
    claim_of = claims(
        sources,
        metric="elo",
        unit="Elo",
        missing=lambda _: _NO_VOTES,
        conditions=lambda claim: {
            "board": ", ".join(filter(None, (f"of {claim.source_name}", claim.note)))
        },
    )

    of = partial(_rating, sources)

    def cell(subject: Subject) -> Cell:
        row, build = rated.get(subject.model), build_of(subject)
        if row and build:
            shared = shared_of(subject, build.quantization)
            marks = build_words.marked(build, tests[subject.model], shared)
            alone = cells.alone(of(build, subject, marks), build.quantization, of(row, subject, {}))
            return cells.under(alone, own)
        if row:
            marks = siblings.mark(shared_of(subject, None), build_words.unsplit(sources, subject))
            return cells.under(of(row, subject, marks), own)
        if reason := reason_of.get(subject.model):
            return cells.absent(_NOT_RANKED[reason], unit="Elo")
        return claim_of(subject)

    return cell


def _controlled_ratings(sources: Sources) -> CellOf:
    result = sources.board_fit.controlled
    rated = {row.model: row for row in result.ratings} if result else {}
    build_of = build_words.own_ratings(sources)
    shared_of = siblings.shared_ratings(sources)

    def cell(subject: Subject) -> Cell:
        row = rated.get(subject.model)
        if row is None:
            voted = subject.model in sources.votes
            return cells.absent(_NOT_CONTROLLED if voted else _NO_VOTES, unit="Elo")
        note = build_words.OF_MODEL if build_of(subject) else ""
        return _rating(sources, row, subject, siblings.mark(shared_of(subject, None), note))

    return cell


def _rank_one(sources: Sources) -> CellOf:
    share = sources.board_fit.rank_one
    preliminary = sources.board_fit.preliminary
    own_of = build_words.own_ratings(sources)

    def cell(subject: Subject) -> Cell:
        if subject.model in share:
            return cells.measured(
                100 * share[subject.model],
                unit="%",
                sample=sources.votes[subject.model],
                as_of=sources.last_vote_at[subject.model],
                note=build_words.OF_MODEL if own_of(subject) else "",
            )
        if subject.model in preliminary:
            return cells.absent("preliminary: too few votes to be ranked", unit="%")
        return cells.absent("not ranked" if subject.model in sources.votes else _NO_VOTES, unit="%")

    return cell


def _both_bad(sources: Sources) -> CellOf:
    # Many collections of votes never offered this choice: their share is unknown, not zero.
    is_known = any(sources.both_bad.values())

    def cell(subject: Subject) -> Cell:
        votes = sources.votes.get(subject.model)
        if not votes:
            return cells.absent(_NO_VOTES, unit="%")
        if not is_known:
            return cells.absent("no vote of this board says so, or none could", unit="%")
        lower, upper = wilson_interval(sources.both_bad[subject.model], votes)
        return cells.measured(
            100 * sources.both_bad[subject.model] / votes,
            unit="%",
            lower=100 * lower,
            upper=100 * upper,
            sample=votes,
            as_of=sources.last_vote_at[subject.model],
        )

    return cell


def _votes(sources: Sources) -> CellOf:
    def cell(subject: Subject) -> Cell:
        if subject.model not in sources.votes:
            return cells.absent(_NO_VOTES, unit="votes")
        as_of = sources.last_vote_at[subject.model]
        return cells.measured(sources.votes[subject.model], unit="votes", as_of=as_of)

    return cell


VOTE_COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        key="rating",
        title="Elo",
        unit="Elo",
        better="higher",
        dimension="elo",
        help="Bradley-Terry rating from blind votes on this board, 95 % interval; the mean of the "
        "rated models is 1000. It is the model's, or, where votes tell its quantizations apart, "
        "that of one. A number from elsewhere is marked as a claim and not ranked.",
        digits=0,
        cells=_ratings,
    ),
    Column(
        key="controlled_rating",
        title="Controlled",
        unit="Elo",
        better="higher",
        dimension="elo",
        help="The same rating after the advantage of the left side, of a common maker and, where "
        "battles were voted on, of length, headers, lists and bold has been accounted for.",
        digits=0,
        cells=_controlled_ratings,
        is_default=False,
    ),
    Column(
        key="rank_one",
        title="P(first)",
        unit="%",
        better="higher",
        dimension="elo",
        help="Probability that the model has the highest rating of the board, by 10,000 draws "
        "from the ratings and their covariance.",
        digits=1,
        cells=_rank_one,
        is_default=False,
    ),
    Column(
        key="both_bad",
        title="Both bad",
        unit="%",
        better="lower",
        dimension=None,
        help="Share of the model's votes in which neither answer was any good, 95 % Wilson "
        "interval.",
        digits=1,
        cells=_both_bad,
        is_default=False,
    ),
    Column(
        key="votes",
        title="Votes",
        unit="votes",
        better=None,
        dimension=None,
        help="Blind votes on this board in which the model took part.",
        digits=0,
        cells=_votes,
    ),
)
