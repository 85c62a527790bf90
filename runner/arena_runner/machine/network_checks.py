"""What the doctor asks of the network: the time of day, and whether there is a way out."""

import asyncio
import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from arena_runner.contract.findings import Finding

_TIMEOUT_S: Final = 5.0
_SKEW_WARN_S: Final = 5.0
_SKEW_FAIL_S: Final = 120.0
_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(frozen=True)
class EgressTarget:
    """Somewhere outside that answers on TCP."""

    host: str
    port: int


EGRESS_TARGETS: Final = (EgressTarget("example.com", 443), EgressTarget("1.1.1.1", 443))
"""By name and by number: a machine without name service may have a way out all the same."""


async def clock_skew(site_url: str) -> Finding:
    """Compare the time of day with the site's; leases and reports carry times."""
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False) as client:
            sent_s = time.time()
            response = await client.head(site_url)
            middle_s = (sent_s + time.time()) / 2
        site_s = parsedate_to_datetime(response.headers["date"]).timestamp() + 0.5
    except (httpx.HTTPError, httpx.InvalidURL, KeyError, ValueError) as error:
        return Finding(
            code="time", level="warn", title="Time of day",
            found=f"the arena did not tell its time ({type(error).__name__})",
            mend="Check the address of the arena (arena-runner config) and the network.",
        )  # fmt: skip
    skew_s = middle_s - site_s  # the header counts whole seconds, so half of one is added
    found = f"{skew_s:+.1f} s beside the arena's clock"
    if abs(skew_s) < _SKEW_WARN_S:
        return Finding(code="time", level="pass", title="Time of day", found=found)
    return Finding(
        code="time", level="fail" if abs(skew_s) >= _SKEW_FAIL_S else "warn", title="Time of day",
        found=found, mend="Let the clock follow a time server (timedatectl set-ntp true).",
    )  # fmt: skip


async def egress(targets: Sequence[EgressTarget]) -> Finding:
    """Try to get out. `pass` says that there was no way, which is the sovereignty fact A2.

    It speaks for the network of the agent; run it inside the engine's own network to speak for
    that one.
    """
    reached = await asyncio.gather(*(_reaches(target) for target in targets))
    proxies = any(os.environ.get(name) or os.environ.get(name.lower()) for name in _PROXIES)
    if any(reached):
        return Finding(
            code="egress", level="warn", title="Way out",
            found=f"{sum(reached)} of {len(targets)} addresses outside answer: an engine here could"
            " send data out",
            mend="Where that matters, run the engine in a network without a way out (docker network"
            " create --internal, or a firewall) and repeat this inside it.",
        )  # fmt: skip
    if proxies:
        return Finding(
            code="egress", level="warn", title="Way out",
            found="no address outside answers directly, but the environment names a proxy",
            mend="Take the proxy out of the engine's environment and repeat.",
        )  # fmt: skip
    return Finding(
        code="egress", level="pass", title="Way out",
        found=f"none: {len(targets)} addresses outside tried, none answers, and no proxy is named",
    )  # fmt: skip


async def _reaches(target: EgressTarget) -> bool:
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            _, writer = await asyncio.open_connection(target.host, target.port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
