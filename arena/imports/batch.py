"""The loop of every import: read and check a batch while the one before is being stored."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Generic, Protocol, TypeVar

from arena.eventstore.domain import Outcome
from arena.imports.errors import BadRow, UnusableFile
from arena.imports.progress import Progress
from arena.imports.rejects import Rejects
from arena.imports.rows import Record, Row, Source

BATCH = 2_000
T = TypeVar("T")
TParsed = TypeVar("TParsed", covariant=True)


class Handler(Protocol[T]):
    """What one kind of import knows: its columns, its checks and where its facts go."""

    columns: frozenset[str]
    """Names of the columns it reads, lower case."""

    def parse(self, line: int, record: Record) -> T:
        """Check one row, without the database; raise BadRow, or UnusableFile for all of them."""

    def store(self, parsed: Sequence[T]) -> Sequence[Outcome | str]:
        """Store checked rows, or pretend to in a dry run; a text is the reason of a refusal."""


@dataclass
class Report:
    """Rows read, and what became of them."""

    read: int = 0
    appended: int = 0
    present: int = 0
    rejected: int = 0
    seconds: float = 0.0


@dataclass
class _Batch(Generic[T]):
    good: list[tuple[int, T]] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.good) + len(self.bad)


def run(
    *,
    source: Source,
    handler: Handler[T],
    rejects: Rejects,
    progress: Progress,
    limit: int | None,
) -> Report:
    """Import the file, at most `limit` rows of it. Each batch is one transaction.

    Raises UnusableFile; what was stored before it stays, and a second run goes on from there.
    """
    report, started = Report(), time.monotonic()
    rows = islice(source.rows(wanted=handler.columns), limit)
    # One thread reads ahead by one batch: it works while the database does.
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="import-read") as reader:
        ahead = reader.submit(_read_batch, rows, handler)
        while batch := ahead.result():
            bytes_read = source.bytes_read()
            ahead = reader.submit(_read_batch, rows, handler)
            _store_batch(batch, handler, rejects, report)
            progress.show(rows=report.read, bytes_read=bytes_read)
    if not report.read:
        raise UnusableFile(f"{source.path.name}: there are no rows in it")
    report.rejected = rejects.count
    report.seconds = time.monotonic() - started
    return report


def _read_batch(rows: Iterator[Row], handler: Handler[T]) -> _Batch[T]:
    batch: _Batch[T] = _Batch()
    for line, record, problem in islice(rows, BATCH):
        if record is None:
            batch.bad.append((line, problem))
            continue
        try:
            batch.good.append((line, handler.parse(line, record)))
        except BadRow as error:
            batch.bad.append((line, str(error)))
    return batch


def _store_batch(batch: _Batch[T], handler: Handler[T], rejects: Rejects, report: Report) -> None:
    report.read += len(batch)
    refused = list(batch.bad)
    outcomes = handler.store([parsed for _, parsed in batch.good])
    for (line, _), outcome in zip(batch.good, outcomes, strict=True):
        if outcome is Outcome.APPENDED:
            report.appended += 1
        elif outcome is Outcome.PRESENT:
            report.present += 1
        else:
            refused.append((line, outcome if isinstance(outcome, str) else _CONFLICT))
    for line, reason in sorted(refused):
        rejects.add(line, reason)


_CONFLICT = "the log holds another content for the same row; a correction needs an id of its own"
