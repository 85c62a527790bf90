"""All 1.67 million real votes through `import_votes`, and what the board then says.

The rate is that of the whole process, from its start to its end.
The ceiling is COPY: PostgreSQL's own bulk load of the very rows that the import has written, into
a table with the same columns and indexes.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator

from tests import real_votes
from tests.bench import site
from tests.bench.peers import ROOT
from tests.bench.rows import Row
from tests.golden.ratings import goldens

NAME = "import"
_DATABASE = "bench_import"
_VOTES = ROOT / "var" / "bench" / "votes.jsonl"
_ROWS = ROOT / "var" / "bench" / "events.copy"
_WHAT = "1.67 million real votes, one JSON line each"


def run() -> Iterator[Row]:
    """Yield rates of the import and of COPY, peak memory, and the largest difference in Elo."""
    count = _write_votes()
    environment = site.fresh(NAME)
    _open_tenant(environment)
    started = time.perf_counter()
    printed, peak_mb = _import(environment)
    seconds = time.perf_counter() - started
    if f"appended {count:,}" not in re.sub(r" +", " ", printed):
        raise RuntimeError(f"want {count:,} votes appended; the import printed: {printed}")
    yield Row.measured(
        name=f"{NAME}.votes",
        ours=count / seconds,
        unit="votes/s",
        against=f"COPY of the same rows into the same table; {_WHAT}",
        theirs=count / _copy_seconds(),
        better="higher",
        goal="ours >= 8000",
    )
    yield Row.measured(
        name=f"{NAME}.peak_memory",
        ours=peak_mb,
        unit="MB",
        against=f"the whole process, Django included; {_WHAT}",
        goal="ours < 300",
    )
    yield Row.measured(
        name=f"{NAME}.rating_difference",
        ours=_rating_difference(environment),
        unit="Elo",
        against=f"arena-rank 0.1.1, unweighted (golden file); largest of 129 models; {_WHAT}",
        goal="ours <= 0.35",
    )
    yield Row.measured(
        name=f"{NAME}.past",
        ours=_past_seconds(environment, votes=count),
        unit="s",
        against="SQL that counts the same votes per pair and outcome; ours is the whole board as it"
        f" was at the last vote, computed from the log; {_WHAT}",
        theirs=_counting_seconds(),
        goal="ours < 8",
    )


def _write_votes() -> int:
    count = 0
    _VOTES.parent.mkdir(parents=True, exist_ok=True)
    with _VOTES.open("w", encoding="utf-8") as lines:
        for vote in real_votes.expand():
            lines.write(json.dumps(vote._asdict()) + "\n")
            count += 1
    return count


def _open_tenant(environment: dict[str, str]) -> None:
    code = (
        "import django; django.setup()\n"
        "from arena.tenancy.commands import open_tenant\n"
        "open_tenant(slug='public', name='Bench', is_public=True, is_default=True)"
    )
    site.python(environment | {"DJANGO_SETTINGS_MODULE": "arena.settings"}, ["-c", code])


def _import(environment: dict[str, str]) -> tuple[str, float]:
    """Run the import in a process of its own; return what it prints and its peak memory in MB."""
    command = [sys.executable, str(ROOT / "manage.py"), "import_votes", str(_VOTES)]
    options = ["--tenant", "public", "--board", "text", "--open-board", "Text"]
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as child:
        printed = child.stdout.read() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"import_votes ended with {child.returncode}")
    return printed, usage.ru_maxrss / 1024


def _copy_seconds() -> float:
    """Write the imported rows to a file, then time COPY of it into an empty table like theirs."""
    site.postgres(
        "psql", "-q", "-d", _DATABASE,
        "-c", f"\\copy eventstore_event TO '{_ROWS}' (FORMAT binary)",
        "-c", "CREATE TABLE bench_event (LIKE eventstore_event INCLUDING ALL)",
    )  # fmt: skip
    started = time.perf_counter()
    site.postgres(
        "psql", "-q", "-d", _DATABASE, "-c", f"\\copy bench_event FROM '{_ROWS}' (FORMAT binary)"
    )
    seconds = time.perf_counter() - started
    _ROWS.unlink()
    site.postgres("psql", "-q", "-d", _DATABASE, "-c", "DROP TABLE bench_event")
    return seconds


def _rating_difference(environment: dict[str, str]) -> float:
    code = (
        "import django; django.setup()\n"
        "from arena.eventstore.projection import advance, projections\n"
        "from arena.tenancy.queries import by_slug\n"
        "from leaderboards.rebuild import rebuild\n"
        "tenant = by_slug('public')\n"
        "for name in projections(): advance(tenant=tenant, name=name)\n"
        "rebuild(tenant=tenant, board='text')"
    )
    site.python(environment | {"DJANGO_SETTINGS_MODULE": "arena.settings"}, ["-c", code])
    printed = site.manage(
        environment, "board", "--tenant", "public", "--board", "text", "--format", "json"
    )
    theirs: dict[str, dict[str, float]] = goldens.load("arena_rank_leaderbot_full")["ratings"]
    ours: dict[str, float] = {
        row["model"]["name"]: row["cells"]["rating"]["value"] for row in json.loads(printed)["rows"]
    }
    if ours.keys() != theirs.keys():
        raise RuntimeError(f"the board has {len(ours)} models, arena-rank {len(theirs)}")
    return max(abs(ours[name] - theirs[name]["rating"]) for name in theirs)


def _past_seconds(environment: dict[str, str], *, votes: int) -> float:
    code = (
        "import django; django.setup()\n"
        "import time\n"
        "from arena.eventstore.queries import log_head\n"
        "from arena.tenancy.queries import by_slug\n"
        "from leaderboards.past import board_at\n"
        "tenant = by_slug('public')\n"
        "head = log_head(tenant=tenant).position\n"
        "started = time.perf_counter()\n"
        "past = board_at(tenant=tenant, board='text', text=str(head))\n"
        "print(time.perf_counter() - started, past.table.vote_count)"
    )
    printed = site.python(
        environment | {"DJANGO_SETTINGS_MODULE": "arena.settings"}, ["-c", code]
    ).split()
    if int(printed[1]) != votes:
        raise RuntimeError(f"the board of the past has {printed[1]} votes")
    return float(printed[0])


def _counting_seconds() -> float:
    started = time.perf_counter()
    site.postgres(
        "psql", "-q", "-o", os.devnull, "-d", _DATABASE,
        "-c", "SELECT data->>'model_a', data->>'model_b', data->>'winner', count(*) "
              "FROM eventstore_event WHERE type = 'VoteRecorded' GROUP BY 1, 2, 3",
    )  # fmt: skip
    return time.perf_counter() - started
