"""The columns of every board. To add one, add an entry to COLUMNS and a test; no migration."""

from typing import Final

from leaderboards import build_words, cells, siblings, sovereignty
from leaderboards.builds import BuildRating
from leaderboards.cells import Cell
from leaderboards.claimed import claims
from leaderboards.column import CellOf, Column
from leaderboards.cost.columns import COST_COLUMNS
from leaderboards.proportions import wilson_interval
from leaderboards.quality.columns import QUALITY_COLUMNS
from leaderboards.ratings import Rating, Reason
from leaderboards.sources import Sources, Subject
from leaderboards.speed.columns import SPEED_COLUMNS
from leaderboards.speed.measured import Medians
from leaderboards.speed.points import HEADLINES, words

__all__ = ["COLUMNS", "Column"]

_NO_VOTES: Final = "no votes on this board"
_NOT_CONTROLLED: Final = "the votes with known style cannot place it among the others"
_NOT_RANKED: Final[dict[Reason, str]] = {
    Reason.NO_VOTES: _NO_VOTES,
    Reason.ALWAYS_WON: "not ranked: won every vote, so the votes set no upper limit",
    Reason.ALWAYS_LOST: "not ranked: lost every vote, so the votes set no lower limit",
    Reason.ONLY_TIES: "not ranked: only ties, so there is no spread to estimate an interval from",
    Reason.NOT_CONNECTED: "not ranked: no chain of wins and losses joins it with the others",
}


def _ratings(sources: Sources) -> CellOf:
    rated = {row.model: row for row in sources.fit.ratings}
    own_of = build_words.own_ratings(sources)
    shared_of = siblings.shared_ratings(sources)
    tests = sources.board_fit.builds.tests
    reason_of = {row.model: row.reason for row in sources.fit.unrated}
    claim_of = claims(sources, metric="elo", unit="Elo", missing=_NO_VOTES)

    def of(row: Rating | BuildRating, subject: Subject, marks: siblings.Marked) -> Cell:
        return cells.measured(
            row.rating,
            unit="Elo",
            lower=row.lower,
            upper=row.upper,
            sample=row.votes,
            as_of=sources.last_vote_at[subject.model],
            **marks,
        )

    def cell(subject: Subject) -> Cell:
        row, own = rated.get(subject.model), own_of(subject)
        if row and own:
            shared = shared_of(subject, own.quantization)
            marks = build_words.marked(own, tests[subject.model], shared)
            return cells.alone(of(own, subject, marks), own.quantization, of(row, subject, {}))
        if row:
            note = build_words.unsplit(sources, subject)
            return of(row, subject, siblings.mark(shared_of(subject, None), note))
        if reason := reason_of.get(subject.model):
            return cells.absent(_NOT_RANKED[reason], unit="Elo")
        return claim_of(subject)

    return cell


def _controlled_ratings(sources: Sources) -> CellOf:
    result = sources.board_fit.controlled
    rated = {row.model: row for row in result.ratings} if result else {}
    own_of = build_words.own_ratings(sources)
    shared_of = siblings.shared_ratings(sources)

    def cell(subject: Subject) -> Cell:
        row = rated.get(subject.model)
        if row is None:
            voted = subject.model in sources.votes
            return cells.absent(_NOT_CONTROLLED if voted else _NO_VOTES, unit="Elo")
        return cells.measured(
            row.rating,
            unit="Elo",
            lower=row.lower,
            upper=row.upper,
            sample=row.votes,
            as_of=sources.last_vote_at[subject.model],
            **siblings.mark(
                shared_of(subject, None), build_words.OF_MODEL if own_of(subject) else ""
            ),
        )

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


def _prices(sources: Sources) -> CellOf:
    """Cells with the operator's list price of today, else with the newest claim."""
    claimed = claims(
        sources,
        metric="output_usd_per_million_tokens",
        unit="USD/M tokens",
        missing="not stated",
    )

    def cell(subject: Subject) -> Cell:
        found = sources.costs.get(subject.deployment or "")
        if found is None or found.price is None or found.prices_usd is None or found.is_own:
            return claimed(subject)
        return cells.claimed(
            found.prices_usd.output,
            unit="USD/M tokens",
            as_of=found.price.effective_on,
            approximate=False,
            source_name=found.price.source_name,
            source_url=found.price.source_url,
            note="list price",
            position=found.price.position,
        )

    return cell


def _sovereignty(sources: Sources) -> CellOf:
    """Cells with score and level from reviewed facts, else with the newest claim."""
    claimed = claims(
        sources, metric="sovereign", unit="yes/no", missing="not stated", is_yes_or_no=True
    )

    def cell(subject: Subject) -> Cell:
        found = sources.sovereignty.get(subject.deployment or "")
        return claimed(subject) if found is None else sovereignty.cell_of(found)

    return cell


COLUMNS: Final[tuple[Column, ...]] = (
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
    *SPEED_COLUMNS,
    Column(
        key="joules_per_token",
        title="Energy",
        unit="J/token",
        better="lower",
        dimension="cost",
        help="Energy per output token of one request at a time, read at the wall, warm-ups "
        f"included. Median over the published, accepted runs, {words(HEADLINES)}.",
        digits=2,
        cells=Medians(
            metric="joules_per_output_token",
            points=HEADLINES,
            unit="J/token",
            digits=2,
            scope="wall",
        ),
        is_default=False,
    ),
    Column(
        key="output_usd_per_million_tokens",
        title="Price",
        unit="USD/M tokens",
        better="lower",
        dimension="cost",
        help="US dollars per million output tokens: the operator's list price where one is on "
        "record, else what others state.",
        digits=2,
        cells=_prices,
    ),
    *COST_COLUMNS,
    *QUALITY_COLUMNS,
    Column(
        key="sovereign",
        title="Sovereign",
        unit=sovereignty.UNIT,
        better="higher",
        dimension="sovereign",
        help="Score from reviewed facts about who controls the deployment, 0 to 100, with what is "
        "unknown at nothing (≤: at full), and level S0 to S4 by the weakest gate, for one profile. "
        "A yes or no from elsewhere is marked as a claim.",
        digits=0,
        cells=_sovereignty,
    ),
)
