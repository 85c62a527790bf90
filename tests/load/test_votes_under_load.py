"""Many voters at once, and a crash half-way: every vote that was answered is in the log, once."""

import pytest

from arena.eventstore.queries import log_head
from arena.eventstore.verification import Verified, verify_chain
from arena.tenancy.queries import by_slug
from tests import processes
from tests.load.plan import Report
from tests.load.servers import load_site

VOTERS = 25
SECONDS = 8.0
THINK_S = (0.5, 1.5)


def check_exact(report: Report) -> None:
    """Raise AssertionError unless the votes answered and the votes in the log are the same."""
    positions = [vote.position for vote in report.votes]
    assert len(positions) > VOTERS
    assert len({vote.battle_id for vote in report.votes}) == len(positions)
    assert sorted(positions) == report.vote_events
    # Raises for a vote that the board never reached.
    assert len(report.lags_s) == len(positions)


@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_no_vote_is_lost_or_doubled_when_a_web_process_and_a_worker_are_killed() -> None:
    with load_site(processes.environment(), voters=VOTERS) as site:
        report = site.run(seconds=SECONDS, think_s=THINK_S, kill=True)
    check_exact(report)
    assert report.broken_connections
    assert report.voids.keys() <= {"interrupted"}
    tenant = by_slug("public")
    verified = verify_chain(tenant_id=tenant.pk)
    assert isinstance(verified, Verified)
    assert verified.position == log_head(tenant=tenant).position
