"""The ways to send requests: closed, lockstep, open and replay."""

import asyncio
from collections.abc import Callable, Sequence

from arena_runner.contract.profile import ClosedLoad, LockstepLoad, OpenLoad, ReplayLoad
from arena_runner.load.alarm import Alarm
from arena_runner.load.answer import read_answer
from arena_runner.load.body import Message
from arena_runner.load.prompts import Turn
from arena_runner.load.run import Place, Request, Run, now_ns

Build = Callable[[Sequence[Message], Turn], Request]


async def closed(run: Run, load: ClosedLoad, requests: Sequence[Request]) -> None:
    """Keep `concurrency` requests on their way: each that ends is replaced at once."""
    waiting = iter(enumerate(requests))

    async def worker() -> None:
        for index, request in waiting:
            if run.stop:
                return
            await run.ask(request, Place(index, now_ns()))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(load.concurrency, len(requests))):
            group.create_task(worker())


async def lockstep(run: Run, load: LockstepLoad, requests: Sequence[Request]) -> None:
    """Send `concurrency` requests together, wait for all of them, send the next ones."""
    for start in range(0, len(requests), load.concurrency):
        if run.stop:
            return
        due_ns = now_ns()
        async with asyncio.TaskGroup() as group:
            for index in range(start, min(start + load.concurrency, len(requests))):
                group.create_task(run.ask(requests[index], Place(index, due_ns)))


async def open_loop(
    run: Run, load: OpenLoad, requests: Sequence[Request], arrivals_ns: Sequence[int]
) -> None:
    """Send each request when it is due, whatever has become of those before it.

    With a cap a request may have to wait for its turn here. That is part of its latency, since
    `scheduled_ns` stays when it was due, but no lag of this client.
    """
    gate = asyncio.Semaphore(load.max_concurrency) if load.max_concurrency else None
    started_ns = now_ns()

    async def one(index: int) -> None:
        due_ns = scheduled_ns = started_ns + arrivals_ns[index]
        if gate is None:
            await run.ask(requests[index], Place(index, scheduled_ns), due_ns=due_ns)
            return
        if gate.locked():
            await gate.acquire()
            due_ns = now_ns()
        else:
            await gate.acquire()
        try:
            if not run.stop:
                await run.ask(requests[index], Place(index, scheduled_ns), due_ns=due_ns)
        finally:
            gate.release()

    async with asyncio.TaskGroup() as group:
        launcher = _Launcher(
            run, [started_ns + at_ns for at_ns in arrivals_ns], lambda i: group.create_task(one(i))
        )
        await launcher.run()


class _Launcher:
    """Starts tasks at their times."""

    def __init__(
        self, run: Run, times_ns: Sequence[int], start: Callable[[int], "asyncio.Task[None]"]
    ) -> None:
        self._run = run
        self._times_ns = times_ns
        self._start = start
        self._next = 0
        self._finished = asyncio.get_running_loop().create_future()
        self._alarm = Alarm(self._launch)

    async def run(self) -> None:
        """Return when all have been started, or the point has been stopped."""
        self._run.stop.on_stop(self._finish)
        try:
            self._launch()
            await self._finished
        finally:
            self._alarm.close()

    def _launch(self) -> None:
        now = now_ns()
        while self._next < len(self._times_ns) and self._times_ns[self._next] <= now:
            self._start(self._next)
            self._next += 1
        if self._run.stop or self._next == len(self._times_ns):
            self._finish()
        else:
            self._alarm.set(self._times_ns[self._next])

    def _finish(self) -> None:
        if not self._finished.done():
            self._finished.set_result(None)


async def replay(
    run: Run, load: ReplayLoad, conversations: Sequence[Sequence[Turn]], build: Build
) -> None:
    """Hold `concurrency` conversations at a time; each next turn carries the answers before it.

    A conversation ends early when an answer fails, since nobody can reply to that.
    """
    waiting = iter(enumerate(conversations))
    indexes = iter(range(len(conversations) * load.turns))

    async def worker() -> None:
        for number, turns in waiting:
            messages: list[Message] = []
            for turn_number, turn in enumerate(turns, start=1):
                if run.stop:
                    return
                messages.append({"role": "user", "content": turn.text})
                request = build(messages, turn)
                place = Place(next(indexes), now_ns(), number, turn_number)
                exchange = await run.ask(request, place)
                answer = read_answer(exchange.read())
                if exchange.error or answer.error:
                    break
                messages.append({"role": "assistant", "content": answer.text})

    async with asyncio.TaskGroup() as group:
        for _ in range(min(load.concurrency, len(conversations))):
            group.create_task(worker())
