"""Raw samples: one row a request, and how a point's rows are packed and named by content."""

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena_runner.contract.canonical import canonical, sha256

MAX_UNPACKED_BYTES: Final = 256 * 1_048_576
MAX_PACKED_BYTES: Final = 7 * 1_048_576

ErrorClass = Literal["timeout", "connect", "disconnect", "http", "protocol", "empty", "cancelled"]


class Sample(BaseModel):
    """What was seen of one request. Times are nanoseconds since the start of the point.

    A time is None for what did not happen; nothing is ever filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: int = Field(
        ge=0, description="Repetition within the point, from 0; warm-ups are left out."
    )
    index: int = Field(ge=0, description="Within the run, in order of schedule.")
    conversation: int | None = Field(default=None, ge=0)
    turn: int | None = Field(default=None, ge=1)
    scheduled_ns: int = Field(ge=0, description="When the load wanted it sent.")
    sent_ns: int | None = Field(default=None, ge=0, description="Last byte given to the kernel.")
    first_chunk_ns: int | None = Field(default=None, ge=0, description="First chunk of any kind.")
    first_content_ns: int | None = Field(
        default=None, ge=0, description="First with content, reasoning or a tool call."
    )
    last_content_ns: int | None = Field(default=None, ge=0)
    end_ns: int | None = Field(default=None, ge=0, description="End of the stream or of the wait.")
    content_chunks: int = Field(ge=0)
    gaps_us: tuple[int, ...] = Field(
        default=(), description="Between content chunks, in microseconds; one less than chunks."
    )
    input_tokens_wanted: int | None = Field(default=None, ge=0)
    output_tokens_wanted: int | None = Field(default=None, ge=0)
    prompt_tokens: int | None = Field(default=None, ge=0, description="By the server's usage.")
    cached_tokens: int | None = Field(default=None, ge=0)
    output_tokens: int | None = Field(default=None, ge=0, description="By the server's usage.")
    reasoning_tokens: int | None = Field(default=None, ge=0)
    counted_output_tokens: int | None = Field(
        default=None, ge=0, description="By a tokenizer on this side, where there is one."
    )
    finish_reason: str | None = Field(default=None, max_length=40)
    http_status: int | None = Field(default=None, ge=100, le=999)
    error: ErrorClass | None = None
    text_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    server_timings: dict[str, float] | None = None


class BadSamplesError(ValueError):
    """The packed samples cannot be read; the message says what is wrong and where."""


def pack(samples: Iterable[Sample]) -> bytes:
    """Return gzipped canonical JSON lines; the same samples always give the same bytes."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0, filename="") as stream:
        for sample in samples:
            stream.write(canonical(sample.model_dump(mode="json", exclude_defaults=True)))
            stream.write(b"\n")
    return target.getvalue()


def unpack(data: bytes) -> Sequence[Sample]:
    """Return the samples of a packed point; raise BadSamplesError, also for a bomb."""
    rows = []
    for number, line in enumerate(_unzipped(data).splitlines(), start=1):
        try:
            rows.append(Sample.model_validate(json.loads(line, parse_constant=_refuse)))
        except (ValueError, RecursionError) as error:
            raise BadSamplesError(f"line {number}: {_short(error)}") from error
    return rows


def content_id(data: bytes) -> str:
    """Return the name of packed bytes: their SHA-256."""
    return sha256(data)


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = unzip.decompress(data, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise BadSamplesError(f"not gzip: {error}") from error
    if unzip.unconsumed_tail:
        raise BadSamplesError(f"more than {MAX_UNPACKED_BYTES} bytes when unpacked")
    if not unzip.eof or unzip.unused_data:
        raise BadSamplesError("not one whole gzip member")
    return whole


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error)[:200]
