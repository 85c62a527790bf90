"""200 voters at once for a minute, twice: undisturbed, and with processes killed half-way."""

from collections.abc import Iterable, Iterator
from typing import Final

from tests.bench import site
from tests.bench.rows import Row
from tests.load.plan import Report, quantile
from tests.load.servers import load_site

NAME: Final = "votes"
VOTERS: Final = 200
SECONDS: Final = 60.0
THINK_S: Final = (20.0, 40.0)
"""A person reads two answers of sixty tokens before choosing."""
_SITE: Final = (
    f"{VOTERS} voters in a closed loop (start, follow, think {THINK_S[0]:.0f} to {THINK_S[1]:.0f}"
    f" s, vote) for {SECONDS:.0f} s; models, servers and voters on this machine"
)


def run() -> Iterable[Row]:
    """Yield the rows of this benchmark."""
    for name, kill in ((NAME, False), (f"{NAME}.kill", True)):
        # A database of its own, so that the second run starts as the first did.
        environment = site.fresh(NAME)
        with load_site(environment, voters=VOTERS) as servers:
            report = servers.run(seconds=SECONDS, think_s=THINK_S, kill=kill)
        yield from _rows(name, report, kill=kill)


def _rows(name: str, report: Report, *, kill: bool) -> Iterator[Row]:
    what = f"{_SITE}; one web process and one worker killed half-way" if kill else _SITE
    latencies_ms = [vote.latency_ms for vote in report.votes]
    positions = [vote.position for vote in report.votes]
    yield Row.measured(
        name=f"{name}.lost_or_doubled",
        ours=_lost_or_doubled(report),
        unit="votes",
        against=f"{len(positions)} votes answered with 2xx; {what}",
        goal="ours <= 0",
    )
    yield Row.measured(
        name=f"{name}.p95",
        ours=quantile(latencies_ms, 0.95),
        unit="ms",
        against=f"from a vote's first attempt to its answer; {what}",
        goal="ours < 250",
    )
    yield Row.measured(
        name=f"{name}.board_lag",
        ours=max(report.lags_s),
        unit="s",
        against=f"the longest, from a vote's answer to a socket at its position; {what}",
        goal="ours < 2",
    )
    yield Row.measured(
        name=f"{name}.rate",
        ours=len(positions) / SECONDS,
        unit="votes/s",
        against=what,
    )
    yield Row.measured(
        name=f"{name}.start_p95",
        ours=quantile(report.starts_ms, 0.95),
        unit="ms",
        against=f"from a prompt sent to its battle started; {what}",
    )
    yield Row.measured(
        name=f"{name}.answers_p95",
        ours=quantile(report.answers_ms, 0.95),
        unit="ms",
        against=f"from a battle started to both answers complete; {what}",
    )


def _lost_or_doubled(report: Report) -> int:
    """Return by how many votes the log and the answers differ, battles voted on twice included."""
    answered = [vote.position for vote in report.votes]
    battles = {vote.battle_id for vote in report.votes}
    differing = set(answered) ^ set(report.vote_events)
    twice = len(report.vote_events) - len(set(report.vote_events))
    return len(differing) + twice + len(answered) - len(battles)
