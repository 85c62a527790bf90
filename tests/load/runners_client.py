"""A thousand runners in one process: `python -m tests.load.runners_client`.

The plan is the first line of its input; when the input ends it prints the report.

Each long-polls for work, says every so often that it is there, and ends a run that it gets as a
failure at once, which is as much work for the site as a run without points can be.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import asdict
from typing import Any, Final

import aiohttp
import uvloop

from tests.load.runners_plan import RunnersPlan, RunnersReport, SimulatedRunner

_MARGIN_S: Final = 30.0
_BACK_OFF_S: Final = 1.0
_BROKEN: Final = (aiohttp.ClientError, OSError, TimeoutError)


class Fleet:
    """All runners of a plan."""

    def __init__(self, plan: RunnersPlan, session: aiohttp.ClientSession) -> None:
        self.plan, self.report = plan, RunnersReport()
        self._session = session
        self._counted_from_s = time.monotonic() + plan.settle_s

    async def work(self, ends: "asyncio.Future[Any]") -> None:
        """Let every runner work until the end has come."""
        tasks = [
            asyncio.create_task(life(runner))
            for runner in self.plan.runners
            for life in (self._poll, self._beat)
        ]
        await asyncio.wait({ends, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _poll(self, runner: SimulatedRunner) -> None:
        await asyncio.sleep(random.uniform(0, self.plan.settle_s))
        while True:
            began_s = time.monotonic()
            status, answer = await self._send(
                runner, f"runners/{runner.runner_id}/claim", {"wait_s": self.plan.wait_s}
            )
            if status == 200:
                await self._take(runner, answer)
            elif status == 204:
                self.report.empty_polls += 1
                if began_s > self._counted_from_s:
                    waited_s = time.monotonic() - began_s
                    self.report.poll_excess_s.append(waited_s - self.plan.wait_s)
            else:
                await asyncio.sleep(_BACK_OFF_S)

    async def _take(self, runner: SimulatedRunner, claimed: dict[str, Any]) -> None:
        run_id = claimed["run_id"]
        if run_id in self.report.claimed_at_s:
            self.report.doubled.append(run_id)
        self.report.claimed_at_s[run_id] = time.monotonic()
        lease = {"runner_id": runner.runner_id, "fence": claimed["fence"]}
        await self._send(
            runner,
            f"runs/{run_id}/fail",
            lease | {"code": "simulated", "message": "simulated", "is_final": True},
        )

    async def _beat(self, runner: SimulatedRunner) -> None:
        await asyncio.sleep(random.uniform(0, self.plan.beat_s))
        while True:
            began_s = time.monotonic()
            beat = {"state": "idle", "telemetry": {"watts": random.randint(30, 90)}}
            status, _ = await self._send(runner, f"runners/{runner.runner_id}/presence", beat)
            if status == 204 and began_s > self._counted_from_s:
                self.report.beat_s.append(time.monotonic() - began_s)
            await asyncio.sleep(self.plan.beat_s - (time.monotonic() - began_s))

    async def _send(
        self, runner: SimulatedRunner, path: str, body: dict[str, Any]
    ) -> tuple[int, dict[str, Any]]:
        try:
            async with self._session.post(
                f"http://127.0.0.1:{self.plan.port}/api/v1/{path}",
                json=body,
                headers={"Authorization": f"Bearer {runner.api_key}"},
                timeout=aiohttp.ClientTimeout(total=self.plan.wait_s + _MARGIN_S),
            ) as response:
                text = await response.text()
                answer = json.loads(text) if text else {}
                if response.status >= 300:
                    self._fail(f"{response.status} {answer.get('code')}")
                return response.status, answer
        except _BROKEN as error:
            self._fail(type(error).__name__)
            return 0, {}

    def _fail(self, what: str) -> None:
        self.report.failures[what] = self.report.failures.get(what, 0) + 1


async def main() -> None:
    """Carry out the plan until the input ends, and print the report."""
    plan = RunnersPlan.from_json(sys.stdin.readline())
    ends = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        fleet = Fleet(plan, session)
        await fleet.work(ends)
    print(json.dumps(asdict(fleet.report)))


if __name__ == "__main__":
    uvloop.run(main())
