"""Raw samples: one row a request, and how a point's rows are packed and named by content."""

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena_runner.contract.canonical import canonical, sha256

MAX_UNPACKED_BYTES: Final = 64 * 1_048_576
MAX_PACKED_BYTES: Final = 7 * 1_048_576
_MAX_RATIO: Final = 200
"""Of unpacked to packed bytes: measured rows stay below 50, a bomb has 1,000."""
_SMALL_BYTES: Final = 8 * 1_048_576
"""So much may be unpacked at any ratio."""
MAX_SAMPLES: Final = 100_000
"""Of one point; the largest profile has some thousand."""

Nanoseconds = Annotated[int, Field(ge=0, le=2**53)]
"""At most 104 days, so that every difference is exact as a floating-point number."""

Count = Annotated[int, Field(ge=0, le=1_000_000_000)]

ErrorClass = Literal["timeout", "connect", "disconnect", "http", "protocol", "empty", "cancelled"]


class Sample(BaseModel):
    """What was seen of one request. Times are nanoseconds since the start of the point.

    A time is None for what did not happen; nothing is ever filled in.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: Count = Field(description="Repetition within the point, from 0; warm-ups are left out.")
    index: Count = Field(description="Within the run, in order of schedule.")
    conversation: Count | None = None
    turn: int | None = Field(default=None, ge=1, le=1_000)
    scheduled_ns: Nanoseconds = Field(description="When the load wanted it sent.")
    sent_ns: Nanoseconds | None = Field(default=None, description="Last byte given to the kernel.")
    first_chunk_ns: Nanoseconds | None = Field(default=None, description="First chunk of any kind.")
    first_content_ns: Nanoseconds | None = Field(
        default=None, description="First with content, reasoning or a tool call."
    )
    last_content_ns: Nanoseconds | None = None
    end_ns: Nanoseconds | None = Field(
        default=None, description="End of the stream or of the wait."
    )
    content_chunks: Count
    gaps_us: tuple[Annotated[int, Field(ge=0, le=2**53)], ...] = Field(
        default=(), description="Between content chunks, in microseconds; one less than chunks."
    )
    input_tokens_wanted: Count | None = None
    output_tokens_wanted: Count | None = None
    prompt_tokens: Count | None = Field(default=None, description="By the server's usage.")
    cached_tokens: Count | None = None
    output_tokens: Count | None = Field(default=None, description="By the server's usage.")
    reasoning_tokens: Count | None = None
    counted_output_tokens: Count | None = Field(
        default=None, description="By a tokenizer on this side, where there is one."
    )
    finish_reason: str | None = Field(default=None, max_length=40)
    http_status: int | None = Field(default=None, ge=100, le=999)
    error: ErrorClass | None = None
    text_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    server_timings: dict[str, Annotated[float, Field(allow_inf_nan=False)]] | None = Field(
        default=None, max_length=50
    )


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
    rows: list[Sample] = []
    for number, line in enumerate(io.BytesIO(_unzipped(data)), start=1):
        if number > MAX_SAMPLES:
            raise BadSamplesError(f"more than {MAX_SAMPLES} samples")
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
    limit = min(MAX_UNPACKED_BYTES, max(_SMALL_BYTES, _MAX_RATIO * len(data)))
    try:
        whole = unzip.decompress(data, limit)
    except zlib.error as error:
        raise BadSamplesError(f"not gzip: {error}") from error
    if unzip.unconsumed_tail:
        raise BadSamplesError(f"more than {limit} bytes when unpacked")
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
