"""All checks in the order in which one failure explains the next."""

from collections.abc import Iterator
from pathlib import Path

from arena.diagnosis import database, logs, machine, messaging
from arena.diagnosis.finding import Finding, Status, skipped
from arena.tenancy import queries as tenants

_NEED_DATABASE = {
    "role": database.role,
    "privileges": database.privileges,
    "trigger": database.trigger,
    "migrations": database.migrations,
    "clock": database.clock,
}
_NEED_REDIS = {
    "redis-durability": messaging.durability,
    "channel-layer": messaging.channel_layer,
    "worker": messaging.worker,
}
CODES = (
    "database", *_NEED_DATABASE, "redis", *_NEED_REDIS, "broker", "disk", "chain", "projections"
)  # fmt: skip


def examine(*, data_dir: Path, verify: bool) -> Iterator[Finding]:
    """Yield a finding for every check, and for every tenant where the check is of its log."""
    first = database.reachable()
    yield first
    has_database = first.status is Status.OK
    is_migrated = has_database
    for code, check in _NEED_DATABASE.items():
        if not has_database:
            yield skipped(code, "the database does not answer")
            continue
        finding = check()
        is_migrated &= not (code == "migrations" and finding.status is Status.FAILED)
        yield finding
    first = messaging.redis()
    yield first
    for code, check in _NEED_REDIS.items():
        yield check() if first.status is Status.OK else skipped(code, "Redis does not answer")
    yield messaging.task_broker()
    yield machine.disk(data_dir)
    if not is_migrated:
        reason = "migrations are pending" if has_database else "the database does not answer"
        yield from (skipped(code, reason) for code in ("chain", "projections"))
        return
    arenas = tenants.all_tenants()
    if not arenas:
        yield from (skipped(code, "no arena exists yet") for code in ("chain", "projections"))
    for tenant in arenas:
        yield logs.chain(tenant, verify=verify)
        yield logs.projections(tenant)
