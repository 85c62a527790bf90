"""Write vote files, import them through the command line, and look at what is in the log."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow
import pyarrow.parquet
from django.core.management import call_command

from arena.eventstore import reader
from arena.eventstore.projection import advance, projections
from arena.tenancy.models import Tenant
from voting.queries import pair_counts

Record = Mapping[str, Any]


class Counted(NamedTuple):
    """Votes of one pair, `model_a` on the left."""

    model_a: str
    model_b: str
    wins_a: int
    wins_b: int
    ties: int
    both_bad: int


class Said(NamedTuple):
    """The counts that an import printed at its end."""

    read: int
    appended: int
    present: int
    rejected: int
    text: str


def votes(count: int, **columns: Any) -> list[dict[str, Any]]:
    """Return votes between three models, each in turn on each side, with every winner."""
    models = ["GPT 4", "Claude v1", "Koala (13B)"]
    winners = ["model_a", "model_b", "tie", "tie (bothbad)"]
    return [
        {
            "model_a": models[index % 3],
            "model_b": models[(index + 1) % 3],
            "winner": winners[index % 4],
            **{name: value(index) if callable(value) else value for name, value in columns.items()},
        }
        for index in range(count)
    ]


def write_jsonl(path: Path, records: Iterable[Record]) -> Path:
    """Write one JSON object a line, packed where the name ends in .gz."""
    return _write(path, "".join(json.dumps(record) + "\n" for record in records))


def write_csv(path: Path, records: Sequence[Record]) -> Path:
    """Write a header and rows, packed where the name ends in .gz."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return _write(path, text.getvalue())


def write_parquet(path: Path, records: Sequence[Record]) -> Path:
    """Write a table whose column types pyarrow derives from the values."""
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(records)), path)
    return path


def _write(path: Path, text: str) -> Path:
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def run(path: Path, *, tenant: str = "public", board: str = "text", **options: Any) -> Said:
    """Run `import_votes`, opening the board where it is not open, and return what it printed."""
    options.setdefault("open_board", "Text")
    return said("import_votes", path, tenant=tenant, board=board, **options)


def said(command: str, path: Path, **options: Any) -> Said:
    """Run an import command and read the counts it prints."""
    out = io.StringIO()
    call_command(command, str(path), stdout=out, **options)
    read, appended, present, rejected = (
        int(line.split()[-1].replace(",", "")) for line in out.getvalue().splitlines()[:4]
    )
    return Said(read, appended, present, rejected, out.getvalue())


def log(tenant: Tenant, type_name: str | None = None) -> list[dict[str, Any]]:
    """Return what the events of a type, or all, say, in order."""
    return [
        stored.data
        for stored in reader.read_all(tenant_id=tenant.pk)
        if type_name is None or stored.type == type_name
    ]


def counted(tenant: Tenant, board: str = "text") -> list[Counted]:
    """Let the projections catch up and return the votes per pair."""
    for name in projections():
        advance(tenant=tenant, name=name)
    return [Counted(*row[:6]) for row in pair_counts(tenant=tenant, board=board).rows]


def rejects(path: Path) -> list[tuple[int, str]]:
    """Return (line, reason) of a rejects file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(lines)]
