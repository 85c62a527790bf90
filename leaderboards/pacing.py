"""At most one rebuild a second and tenant, and none lost: two flags in Redis.

`asked` says that a task is on its way, so further requests need none of their own; the task takes
it down before it reads, so what happens later asks again. `paced` stands for a second after a
task has begun; a task that finds it comes back when it falls.
"""

from arena import redis_client

INTERVAL_MS = 1_000
# A task that died with its worker must not silence a board: a little longer than one that lives
# may have to wait. A second task on its way costs next to nothing.
_ASKED_MS = INTERVAL_MS + 200


def ask(*, tenant_id: int) -> bool:
    """Whether the caller has to enqueue a task; raises RedisError."""
    return bool(redis_client.client().set(_asked(tenant_id), b"1", px=_ASKED_MS, nx=True))


def begin(*, tenant_id: int) -> int:
    """Return 0 when work may begin now, else the milliseconds to wait; raises RedisError."""
    client = redis_client.client()
    if client.set(_paced(tenant_id), b"1", px=INTERVAL_MS, nx=True):
        client.delete(_asked(tenant_id))
        return 0
    return max(int(client.pttl(_paced(tenant_id))), 1)


def _asked(tenant_id: int) -> str:
    return redis_client.key("board-asked", tenant_id)


def _paced(tenant_id: int) -> str:
    return redis_client.key("board-paced", tenant_id)
