"""Our load generator in a process of its own, measured as the peers are; prints JSON.

python -m tests.bench.ours_load BASE_URL closed --concurrency 8 --requests 24 --tokens 101
python -m tests.bench.ours_load BASE_URL open --rate 100 --burstiness 0.7 --requests 500 --tokens 8
"""

import argparse
import json
import statistics
import sys
import time

import uvloop

from arena_runner.contract.profile import ClosedLoad, OpenLoad, Point, SyntheticPrompt
from arena_runner.load import Target, run_point
from arena_runner.load.known_answer import MODEL
from arena_runner.load.selftest import tokens_per_second, ttft_ms
from tests.bench.measuring import peak_memory_mb


def main() -> None:
    """Measure one point and print what each request showed, processor time and memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("kind", choices=("closed", "open"))
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.0)
    parser.add_argument("--burstiness", type=float, default=1.0)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--tokens", type=int, required=True)
    parser.add_argument("--prompt-tokens", type=int, default=128)
    told = parser.parse_args()
    load = (
        ClosedLoad(concurrency=told.concurrency, requests=told.requests)
        if told.kind == "closed"
        else OpenLoad(rate_per_second=told.rate, burstiness=told.burstiness, requests=told.requests)
    )
    point = Point(
        key=f"bench-{told.kind}",
        title="Benchmark",
        load=load,
        prompt=SyntheticPrompt(input_tokens=told.prompt_tokens, output_tokens=told.tokens),
        runs=1,
        warmups=min(told.concurrency, 100),
    )
    result = uvloop.run(run_point(point, target=Target(told.base_url, MODEL)))
    samples = result.samples
    lags_ms = [((s.sent_ns or 0) - s.scheduled_ns) / 1e6 for s in samples]
    json.dump(
        {
            "errors": sum(s.error is not None for s in samples),
            "requests": len(samples),
            "ttft_ms": [ttft_ms(s) for s in samples],
            "ttft_from_schedule_ms": [
                ttft_ms(s) + lag for s, lag in zip(samples, lags_ms, strict=True)
            ],
            "tokens_per_second": [tokens_per_second(s) for s in samples],
            "send_lag_p99_ms": statistics.quantiles(lags_ms, n=100, method="inclusive")[98],
            "sent_s": sorted((s.sent_ns or 0) / 1e9 for s in samples),
            "cpu_s": time.process_time(),
            "peak_memory_mb": peak_memory_mb(),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
