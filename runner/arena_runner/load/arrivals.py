"""When the requests of an open load are due: a pure function of load and seed."""

import random

from arena_runner.contract.profile import OpenLoad

_SECOND_NS = 1_000_000_000


def arrivals_ns(load: OpenLoad, *, seed: str) -> tuple[int, ...]:
    """Return nanoseconds after the start of the run, rising, the first after one gap.

    Gaps are Gamma distributed with shape = burstiness and scale = 1 / (rate * burstiness), hence
    mean 1 / rate and coefficient of variation burstiness ** -0.5; burstiness 1 makes it a Poisson
    process. With `rescale` all of them are stretched by one factor so that the last comes after
    requests / rate seconds, as `vllm bench serve` does; the number in a time is then no longer
    Poisson distributed.
    """
    draws = random.Random(seed)
    scale_s = 1.0 / (load.rate_per_second * load.burstiness)
    at_s, times_s = 0.0, []
    for _ in range(load.requests):
        at_s += draws.gammavariate(load.burstiness, scale_s)
        times_s.append(at_s)
    factor = load.requests / load.rate_per_second / at_s if load.rescale and at_s > 0 else 1.0
    return tuple(round(time_s * factor * _SECOND_NS) for time_s in times_s)
