"""Signs this machine in: the owner confirms a code in a browser, anywhere (RFC 8628)."""

import time
from collections.abc import Callable
from typing import Final

from arena_runner.agent.credentials import Credentials
from arena_runner.agent.errors import AgentError
from arena_runner.site.answers import DeviceCode
from arena_runner.site.client import ArenaClient
from arena_runner.site.errors import ArenaError

_SLOW_DOWN: Final = "slow-down"
_SLOWER_S: Final = 5.0


def sign_in(
    client: ArenaClient,
    *,
    client_name: str,
    show: Callable[[DeviceCode], None],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Credentials:
    """Return the key once the owner has confirmed; raise ArenaError or AgentError.

    `show` is called once with the code and the address where it is typed.
    """
    code = client.begin_device(client_name)
    show(code)
    ends = clock() + code.expires_in_s
    wait_s = code.interval_s
    while clock() < ends:
        sleep(wait_s)
        try:
            token = client.redeem_device(code.device_code)
        except ArenaError as error:
            # A poll that gets lost is only one poll.
            if error.code != _SLOW_DOWN and not error.is_temporary:
                raise
            wait_s += _SLOWER_S
            continue
        if token.api_key:
            return Credentials(
                api_key=token.api_key,
                url=client.url,
                key_id=token.key_id,
                tenant=token.tenant,
                expires_at=token.expires_at,
            )
    raise AgentError(
        "device-code-expired",
        "nobody has confirmed the code in time",
        remedy="arena-runner login, and type the new code",
    )
