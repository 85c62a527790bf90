"""Checks of each tenant's log: its head, its chain, and how far its projections are."""

from datetime import UTC, datetime

from arena.diagnosis.finding import Finding, failed, ok
from arena.eventstore import queries
from arena.eventstore.reader import read_after
from arena.eventstore.verification import Broken, verify_chain
from arena.tenancy.models import Tenant

# Beat sweeps every 10 s; an event older than this should have been folded.
_MAX_LAG_S = 60.0


def chain(tenant: Tenant, *, verify: bool) -> Finding:
    """Tell the head; with `verify` compute every link of the chain again."""
    head = queries.log_head(tenant=tenant)
    shown = f"{tenant.slug}: head {head.position:,}, {head.hash or 'empty log'}"
    if not verify:
        return ok("chain", f"{shown} (links not verified; use --verify)")
    result = verify_chain(tenant_id=tenant.pk)
    if isinstance(result, Broken):
        return failed(
            "chain",
            f"{tenant.slug}: broken at position {result.position:,}: {result.reason}",
            "Events were changed behind the site's back. Keep the database as it is for "
            "inspection and restore the last backup that verifies (docs/operations.md).",
        )
    return ok("chain", f"{shown} (every link verified)")


def projections(tenant: Tenant) -> Finding:
    """No projection may be stopped, or lag behind an event older than a minute."""
    statuses = queries.projection_statuses(tenant=tenant)
    stopped = [item for item in statuses if item.stopped_at_position is not None]
    if stopped:
        names = "; ".join(
            f"{item.name} at {item.stopped_at_position:,} ({item.stopped_reason})"
            for item in stopped
        )
        return failed(
            "projections",
            f"{tenant.slug}: stopped: {names}",
            "Mend the fold, then `./manage.py rebuild_projection NAME "
            f"--tenant {tenant.slug}`; readers keep the old rows meanwhile.",
        )
    late = [
        f"{item.name} by {item.lag:,} events"
        for item in statuses
        if item.lag and _age_s(tenant, item.position + 1) > _MAX_LAG_S
    ]
    if late:
        return failed(
            "projections",
            f"{tenant.slug}: behind for over {_MAX_LAG_S:.0f} s: {', '.join(late)}",
            "Start the worker (see `worker` above); with one running, add another or look at "
            "its log for errors.",
        )
    return ok("projections", f"{tenant.slug}: {len(statuses)} projections up to date")


def _age_s(tenant: Tenant, position: int) -> float:
    event = read_after(tenant_id=tenant.pk, position=position - 1, limit=1)[0]
    return (datetime.now(UTC) - event.recorded_at).total_seconds()
