"""Fill an arena with one large board: `python -m tests.bench.board_fill <deployments>`.

Everything goes through commands: models, a deployment of each, votes, prices, power, hardware,
claims and reviewed facts. Prints one line of JSON: the rows and columns of the board, two models
that a vote may name, an API key that may vote, and the seconds of a rebuild after one vote.
"""

import json
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
django.setup()

from arena.accounts.commands.api_keys import create_api_key  # noqa: E402  apps must be loaded first
from arena.eventstore.projection import advance, projections  # noqa: E402
from arena.tenancy.commands import open_tenant  # noqa: E402
from arena.tenancy.models import Tenant  # noqa: E402
from benchmarks import commands as benchmarks  # noqa: E402
from benchmarks.events import METRIC_UNITS, ExternalValueStated, Metric  # noqa: E402
from leaderboards.queries import board_table  # noqa: E402
from leaderboards.rebuild import rebuild  # noqa: E402
from voting.commands import NewVote, open_board, record_votes  # noqa: E402
from voting.events import VoteRecorded, Winner  # noqa: E402

BOARD: Final = "text"
_ACTOR: Final = "bench"
_OPPONENTS: Final = 12
"""Models that each one meets on the left: the pairs of a thousand models are 12,000."""
_VOTES_PER_PAIR: Final = 6
_RANGE_ELO: Final = 800
"""Between the best and the worst model."""
_BATCH: Final = 5_000
_STATED_ON: Final = date(2026, 1, 1)
_FIRST_VOTE_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_OUTCOMES: Final[tuple[Winner, ...]] = ("model_a", "model_b", "tie", "both_bad")
_QUANTIZATIONS: Final = ("FP8", "Q4_K_M", "NVFP4", "BF16")
_CLAIMS: Final[tuple[Metric, ...]] = (
    "decode_tokens_per_second",
    "output_usd_per_million_tokens",
    "sovereign",
)
_REBUILDS: Final = 3


def fill(tenant: Tenant, *, deployments: int) -> list[str]:
    """Write the events of a board of so many deployments; return the slugs of its models."""
    rng = random.Random(0)
    names = [f"Model {number:04}" for number in range(deployments)]
    slug_of = benchmarks.register_models(tenant=tenant, names=names, actor=_ACTOR)
    models = [slug_of[name] for name in names]
    places = [_place(tenant, model, number) for number, model in enumerate(models)]
    for number, place in enumerate(places):
        _cost(tenant, place, number, rng)
        if number % 5 == 0:
            _assess(tenant, place)
    claims = [_claim(place, metric, rng) for place in places for metric in _CLAIMS]
    benchmarks.state_external_values(tenant=tenant, values=claims, actor=_ACTOR)
    open_board(
        tenant=tenant, slug=BOARD, name="Text", question="Which answer do people prefer?",
        licence="CC-BY-4.0", attribution="", actor=_ACTOR,
    )  # fmt: skip
    votes = list(_votes(models, rng))
    for start in range(0, len(votes), _BATCH):
        record_votes(tenant=tenant, votes=votes[start : start + _BATCH], actor=_ACTOR)
    return models


def _place(tenant: Tenant, model: str, number: int) -> str:
    """Every other one runs on a machine of its user's own."""
    is_own = number % 2 == 0
    return benchmarks.register_deployment(
        tenant=tenant,
        model_slug=model,
        quantization=_QUANTIZATIONS[number % len(_QUANTIZATIONS)],
        engine="vllm",
        hardware="DGX Spark" if is_own else None,
        node_count=1 + number % 2 if is_own else None,
        operator="self-hosted" if is_own else f"Operator {number % 20}",
        actor=_ACTOR,
    )


def _cost(tenant: Tenant, place: str, number: int, rng: random.Random) -> None:
    if number % 2:
        benchmarks.price_deployment(
            tenant=tenant, deployment_slug=place, source_name="A price list",
            input_usd_micros_per_million_tokens=rng.randrange(10_000, 5_000_000),
            output_usd_micros_per_million_tokens=rng.randrange(10_000, 20_000_000),
            effective_on=_STATED_ON, actor=_ACTOR,
        )  # fmt: skip
        return
    benchmarks.price_hardware(
        tenant=tenant, deployment_slug=place, usd_micros=4_000_000_000, months=36,
        source_name="A shop", stated_on=_STATED_ON, actor=_ACTOR,
    )  # fmt: skip
    benchmarks.declare_power(
        tenant=tenant, deployment_slug=place, watts=rng.randrange(60, 240), scope="wall",
        source_name="A meter", stated_on=_STATED_ON, actor=_ACTOR,
    )  # fmt: skip


def _assess(tenant: Tenant, place: str) -> None:
    fact_id = benchmarks.submit_fact(
        tenant=tenant, deployment_slug=place, actor="one",
        statement=benchmarks.Statement(
            criterion="A2", value="tested", evidence="E1", source_url="https://example.org/",
            stated_on=datetime.now(UTC).date(), interest="none",
        ),
    )  # fmt: skip
    benchmarks.review_fact(
        tenant=tenant, deployment_slug=place, fact_id=fact_id, verdict="accepted",
        reason="read it", actor="two",
    )  # fmt: skip


def _claim(place: str, metric: Metric, rng: random.Random) -> ExternalValueStated:
    is_yes_or_no = metric == "sovereign"
    return ExternalValueStated(
        deployment_slug=place,
        metric=metric,
        value=float(rng.randrange(2)) if is_yes_or_no else round(rng.uniform(5, 200), 1),
        unit=METRIC_UNITS[metric],
        source_name=f"Article {rng.randrange(30)}",
        source_url=f"https://example.org/{rng.randrange(30)}",
        stated_on=_STATED_ON,
    )


def _votes(models: Sequence[str], rng: random.Random) -> Iterator[NewVote]:
    """Votes with neighbours on a ring, which join all, and with others; the earlier the better."""
    count = len(models)
    for number, model in enumerate(models):
        near = [(number + step) % count for step in range(1, _OPPONENTS // 2 + 1)]
        far = rng.sample(range(count), _OPPONENTS // 2)
        for other in dict.fromkeys([*near, *far]):
            if other == number:
                continue
            odds = 10 ** (_RANGE_ELO * (other - number) / count / 400)
            for _ in range(_VOTES_PER_PAIR):
                winner = rng.choices(_OUTCOMES, weights=(odds, 1, 0.3, 0.1))[0]
                yield NewVote(
                    uuid.UUID(int=rng.getrandbits(128), version=4),
                    VoteRecorded(
                        board=BOARD, model_a=model, model_b=models[other], winner=winner,
                        voted_at=_FIRST_VOTE_AT + timedelta(minutes=rng.randrange(300_000)),
                    ),
                )  # fmt: skip


def _rebuild_s(tenant: Tenant, models: Sequence[str], rng: random.Random) -> float:
    """Seconds that the middle one of some rebuilds took, each after one more vote."""
    taken = []
    for number in range(_REBUILDS):
        vote = VoteRecorded(
            board=BOARD, model_a=models[number], model_b=models[number + 1], winner="model_b",
            voted_at=datetime.now(UTC),
        )  # fmt: skip
        new = NewVote(uuid.UUID(int=rng.getrandbits(128), version=4), vote)
        record_votes(tenant=tenant, votes=[new], actor=_ACTOR)
        _fold(tenant)
        started = time.perf_counter()
        rebuild(tenant=tenant, board=BOARD)
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


def _fold(tenant: Tenant) -> None:
    for name in projections():
        advance(tenant=tenant, name=name)


def main(deployments: int) -> None:
    """Fill the arena and say what it holds."""
    tenant = open_tenant(slug="public", name="Public arena", is_public=True, is_default=True)
    models = fill(tenant, deployments=deployments)
    _fold(tenant)
    rebuild(tenant=tenant, board=BOARD)
    rebuild_s = _rebuild_s(tenant, models, random.Random(1))
    key = create_api_key(tenant=tenant, by=None, name="voter", scopes=["read", "vote"])
    table = board_table(tenant=tenant, board=BOARD)
    filled = [cell for row in table.rows for cell in row["cells"].values() if not cell["missing"]]
    found = {
        "rows": len(table.rows),
        "columns": [column.key for column in table.columns],
        "filled_cells": len(filled),
        "models": models[:2],
        "key": key.raw,
        "rebuild_s": rebuild_s,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
