"""Rows of telemetry: how a machine felt, second by second, and how they are packed."""

import gzip
import io
import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena_runner.contract.canonical import canonical

MAX_UNPACKED_BYTES: Final = 64 * 1_048_576
"""At one row a second of about 200 bytes: more than three days."""


class TelemetryRow(BaseModel):
    """One moment; None where the machine has no such sensor. Nothing is ever filled in."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    at_ms: int = Field(ge=0, description="Since the recorder began.")
    power_watts: float | None = Field(default=None, ge=0)
    energy_joules: float | None = Field(
        default=None, ge=0, description="By a counter, since the recorder began."
    )
    temperature_celsius: float | None = Field(default=None, description="Of the hottest sensor.")
    sm_clock_mhz: float | None = Field(default=None, ge=0, description="Of the slowest GPU.")
    throttle_reasons: tuple[str, ...] = Field(default=(), max_length=16)
    memory_used_bytes: int | None = Field(default=None, ge=0)
    gpu_share: float | None = Field(default=None, ge=0, le=1, description="Busy, of all GPUs.")
    other_load: float | None = Field(
        default=None, ge=0, le=1, description="CPU share of neither engine nor agent."
    )


class BadTelemetryError(ValueError):
    """The packed rows cannot be read; the message says what is wrong and where."""


def pack(rows: Iterable[TelemetryRow]) -> bytes:
    """Return gzipped canonical JSON lines; the same rows always give the same bytes."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0, filename="") as stream:
        for row in rows:
            stream.write(canonical(row.model_dump(mode="json", exclude_defaults=True)) + b"\n")
    return target.getvalue()


def unpack(data: bytes) -> tuple[TelemetryRow, ...]:
    """Return the rows of a packed record; raise BadTelemetryError, also for a bomb."""
    rows = []
    for number, line in enumerate(_unzipped(data).splitlines(), start=1):
        try:
            rows.append(TelemetryRow.model_validate(json.loads(line, parse_constant=_refuse)))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise BadTelemetryError(f"line {number}: {where}: {first['msg']}") from error
        except (ValueError, RecursionError) as error:
            raise BadTelemetryError(f"line {number}: {str(error)[:200]}") from error
    return tuple(rows)


def _unzipped(data: bytes) -> bytes:
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = unzip.decompress(data, MAX_UNPACKED_BYTES)
    except zlib.error as error:
        raise BadTelemetryError(f"not gzip: {error}") from error
    if unzip.unconsumed_tail:
        raise BadTelemetryError(f"more than {MAX_UNPACKED_BYTES} bytes when unpacked")
    if not unzip.eof or unzip.unused_data:
        raise BadTelemetryError("not one whole gzip member")
    return whole


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
