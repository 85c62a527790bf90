"""Read rows of JSONL, JSON arrays, CSV and Parquet one by one in bounded memory."""

import csv
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import IO, Any, NamedTuple

from arena.imports.errors import UnusableFile
from arena.imports.json_array import array_items

MAX_ROW_BYTES = 16 * 2**20
_PARQUET_BATCH = 2_000
_HASH_CHUNK = 2**20
_HEAD = 64
_BLANK = b"\xef\xbb\xbf \t\r\n"
_BAD_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)

Record = Mapping[str | None, Any]
"""Values by column name; None is a key that no file has, for columns it lacks."""


class Row(NamedTuple):
    """One row of a file. `line` is the line in text files and the row in Parquet, from 1."""

    line: int
    record: Record | None
    """None where the row cannot even be read; `problem` says why."""
    problem: str = ""


class Source:
    """A file of rows: what it holds, how big it is, how far it has been read.

    The kind is told by the ending: .jsonl, .ndjson, .json (lines or one array), .csv, each also
    with .gz, and .parquet. Raises UnusableFile for anything else or for a file that is not there.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise UnusableFile(f"{path}: there is no such file")
        self.path = path
        suffixes = [suffix.lower() for suffix in path.suffixes]
        self.is_gzip = suffixes[-1:] == [".gz"]
        self.kind = (suffixes[:-1] if self.is_gzip else suffixes)[-1:]
        self._reader = _READERS.get("".join(self.kind))
        if self._reader is None or (self.is_gzip and self.kind == [".parquet"]):
            raise UnusableFile(
                f"{path.name}: want a file ending in .jsonl, .ndjson, .json or .csv"
                " (each also with .gz), or in .parquet"
            )
        self.size_bytes = path.stat().st_size
        self._raw: BufferedReader | None = None

    def bytes_read(self) -> int:
        """Return how much of the file has been read, for a progress bar."""
        return self._raw.tell() if self._raw is not None and not self._raw.closed else 0

    def sha256(self) -> str:
        """Return the hex digest of the content, unpacked where it is gzip."""
        digest = hashlib.sha256()
        with self._opened() as stream:
            while chunk := stream.read(_HASH_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def rows(self, *, wanted: Collection[str]) -> Iterator[Row]:
        """Yield every row. Columns of Parquet that are not `wanted` are not even read."""
        if self._reader is None:
            raise UnusableFile(f"{self.path.name}: unknown kind of file")
        with self._opened() as stream:
            yield from self._reader(stream, wanted)

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            with self.path.open("rb") as raw:
                self._raw = raw
                if not self.is_gzip:
                    yield raw
                    return
                with gzip.GzipFile(fileobj=raw, mode="rb") as unpacked:
                    yield unpacked  # type: ignore[misc]  # reads like any binary file
        except _BAD_GZIP as error:
            raise UnusableFile(
                f"{self.path.name}: the compressed data is damaged or cut off"
            ) from error


def _json(stream: IO[bytes], wanted: Collection[str]) -> Iterator[Row]:
    head = stream.peek(_HEAD)[:_HEAD]  # type: ignore[attr-defined]  # both kinds of stream have it
    before, bracket, _ = head.partition(b"[")
    if bracket and not before.strip(_BLANK):
        stream.read(len(before) + 1)
        items = array_items(TextIOWrapper(stream, "utf-8"))
        return (_json_row(number, item) for number, item in enumerate(items, 1))
    return _json_lines(stream)


def _json_lines(stream: IO[bytes]) -> Iterator[Row]:
    line = 0
    while text := stream.readline(MAX_ROW_BYTES):
        line += 1
        if len(text) == MAX_ROW_BYTES and not text.endswith(b"\n"):
            while (rest := stream.readline(MAX_ROW_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield Row(line, None, f"the line is longer than {MAX_ROW_BYTES // 2**20} MiB")
            continue
        try:
            item = json.loads(text)
        except UnicodeDecodeError:
            yield Row(line, None, "the line is not UTF-8")
        except (ValueError, RecursionError):
            if text.strip(_BLANK):
                yield Row(line, None, "the line is not JSON")
        else:
            yield _json_row(line, item)


def _json_row(line: int, item: object) -> Row:
    if isinstance(item, dict):
        return Row(line, item)
    return Row(line, None, f"want a JSON object, found {type(item).__name__}")


def _csv(stream: IO[bytes], wanted: Collection[str]) -> Iterator[Row]:
    csv.field_size_limit(MAX_ROW_BYTES)
    # What is not UTF-8 becomes lone surrogates, which are refused where a text is used.
    text = TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    header = next(reader, None)
    if header is None:
        raise UnusableFile("the file is empty; want a header line with the column names")
    names = [name.strip() for name in header]
    if len(set(names)) != len(names):
        raise UnusableFile("the header names a column twice")
    width = len(names)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(reader.line_num, None, f"not CSV: {error}")
            continue
        if cells is None:
            return
        if len(cells) == width:
            yield Row(reader.line_num, dict(zip(names, cells, strict=True)))
        elif cells:
            yield Row(reader.line_num, None, f"want {width} fields, found {len(cells)}")


def _parquet(stream: IO[bytes], wanted: Collection[str]) -> Iterator[Row]:
    # Here, because it takes 50 MB that no other kind of file needs.
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(stream, pre_buffer=False, buffer_size=_HASH_CHUNK)
        columns = [name for name in file.schema_arrow.names if name.lower() in wanted]
        if not columns:
            raise UnusableFile(
                f"none of its columns is known: {', '.join(file.schema_arrow.names)}"
            )
        number = 0
        for batch in file.iter_batches(batch_size=_PARQUET_BATCH, columns=columns):
            for values in zip(*map(_values, batch.columns), strict=True):
                number += 1
                yield Row(number, dict(zip(columns, values, strict=True)))
    except (pyarrow.ArrowException, OSError) as error:
        raise UnusableFile(f"not a Parquet file that can be read: {error}") from error


def _values(column: Any) -> list[Any]:
    import pyarrow

    if pyarrow.types.is_timestamp(column.type):
        # Nanoseconds, which Python's datetime does not have, would be refused.
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values


_READERS: Mapping[str, Callable[[IO[bytes], Collection[str]], Iterator[Row]]] = {
    ".jsonl": _json,
    ".ndjson": _json,
    ".json": _json,
    ".csv": _csv,
    ".parquet": _parquet,
}
