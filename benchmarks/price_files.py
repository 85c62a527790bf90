"""One row of a price list, from CSV or from LiteLLM's map of prices, checked."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from json import JSONDecodeError, load
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from typing_extensions import override

from arena.imports.errors import BadRow, UnusableFile
from arena.imports.rows import Record, Row, Source
from benchmarks import row_fields as fields

MAX_MAP_BYTES: Final = 64 * 2**20
_PER_MILLION: Final = ("input", "output", "cached_input", "reasoning")
COLUMNS: Final = frozenset(
    (
        "name", "operator", *(f"{kind}_usd_per_million_tokens" for kind in _PER_MILLION),
        "hardware_usd", "months", "source_name", "source_url", "effective_on",
    )
)  # fmt: skip
SCHEMA: Final = """A CSV file (or JSON lines, or Parquet) has one price a row:

  name          slug of a deployment, or name, alias or slug of a model; required
  operator      who sells the tokens, where name is a model
  input_usd_per_million_tokens, output_usd_per_million_tokens
                price list of tokens, both or none
  cached_input_usd_per_million_tokens, reasoning_usd_per_million_tokens
                where they have prices of their own
  hardware_usd, months
                what all machines of a deployment cost to buy, and over how many
                months they are written off (36)
  source_name, source_url, effective_on
                who states it, where, and from which day on (YYYY-MM-DD); what
                is left out is that of --source, --source-url and --date

A .json file that is one object is read as LiteLLM's map
(model_prices_and_context_window): USD for a token, under the name of a model.
"""
_USD_MICROS: Final = Decimal(1_000_000)
_MAX_USD: Final = Decimal(1_000_000_000)
_TOKEN_KEYS: Final = {
    "input_usd_per_million_tokens": "input_cost_per_token",
    "output_usd_per_million_tokens": "output_cost_per_token",
    "cached_input_usd_per_million_tokens": "cache_read_input_token_cost",
    "reasoning_usd_per_million_tokens": "output_cost_per_reasoning_token",
}
_HEAD: Final = 4_096
_MAP: Final = re.compile(r'\s*\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{')
GivenT = TypeVar("GivenT", str, date)


class TokenList(NamedTuple):
    """Prices in millionths of a US dollar for a million tokens."""

    input: int
    output: int
    cached_input: int | None
    reasoning: int | None


class Hardware(NamedTuple):
    """What machines cost, in millionths of a US dollar, and over how many months."""

    usd_micros: int
    months: int


class FilePrice(NamedTuple):
    """A checked row, what it is about still by name."""

    name: str
    operator: str | None
    tokens: TokenList | None
    hardware: Hardware | None
    source_name: str
    source_url: str | None
    effective_on: date


class Given(NamedTuple):
    """What the command line says for rows that do not say it."""

    source_name: str | None
    source_url: str | None
    effective_on: date | None


class LiteLlmMap(Source):
    """LiteLLM's map as rows; the number of an entry stands for its line."""

    @override
    def rows(self, *, wanted: Collection[str]) -> Iterator[Row]:
        """Yield every entry in the order of the file."""
        for number, (name, entry) in enumerate(_entries(self).items(), start=1):
            if isinstance(entry, dict):
                yield Row(number, _flat(entry, name))
            else:
                yield Row(number, None, f"{name[:80]}: want a JSON object")


def is_map(path: Path) -> bool:
    """Tell whether a file is one JSON object of objects, as LiteLLM's map is."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        # Lines of JSON have no object right behind their first name.
        return _MAP.match(stream.read(_HEAD)) is not None


def parse(record: Record, given: Given) -> FilePrice:
    """Check one row; raise BadRow naming the column."""
    tokens, hardware = _tokens(record), _hardware(record)
    name = fields.required(record, "name")
    if tokens is None and hardware is None:
        raise BadRow(f"{name[:80]}: has neither prices of tokens nor a price of hardware")
    return FilePrice(
        name=name,
        operator=fields.text(record, "operator"),
        tokens=tokens,
        hardware=hardware,
        source_name=fields.text(record, "source_name") or _stated(given.source_name, "source_name"),
        source_url=fields.url(record) or given.source_url,
        effective_on=_date(record) or _stated(given.effective_on, "effective_on"),
    )


def _entries(source: Source) -> Mapping[str, Any]:
    if source.size_bytes > MAX_MAP_BYTES:
        raise UnusableFile(f"{source.path.name}: larger than {MAX_MAP_BYTES // 2**20} MiB")
    try:
        with source.path.open(encoding="utf-8-sig") as stream:
            # Costs are decimal fractions: as floats, a millionth of a dollar would be lost.
            found: object = load(stream, parse_float=Decimal)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableFile(f"{source.path.name}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise UnusableFile(f"{source.path.name}: want one JSON object of models")
    return found


def _flat(entry: Mapping[str, Any], name: str) -> Record:
    """Return an entry of LiteLLM's map under the names of our columns."""
    row: dict[str | None, Any] = {
        column: _per_million(entry[key]) for column, key in _TOKEN_KEYS.items() if key in entry
    }
    url = entry.get("source")
    if isinstance(url, str) and url.startswith(("https://", "http://")):
        row["source_url"] = url
    return row | {"name": name, "operator": entry.get("litellm_provider")}


def _per_million(value: object) -> object:
    return value * _USD_MICROS if isinstance(value, int | Decimal) else value


def _tokens(record: Record) -> TokenList | None:
    found = [_micros(record, f"{kind}_usd_per_million_tokens") for kind in _PER_MILLION]
    paid_in, paid_out, cached, reasoning = found
    if paid_in is None and paid_out is None:
        return None
    if paid_in is None or paid_out is None:
        missing = "input" if paid_in is None else "output"
        raise BadRow(f"{missing}_usd_per_million_tokens is empty, its counterpart is not")
    return TokenList(paid_in, paid_out, cached, reasoning)


def _hardware(record: Record) -> Hardware | None:
    usd_micros = _micros(record, "hardware_usd")
    months = fields.text(record, "months")
    if usd_micros is None:
        return None
    if months is not None and not (months.isascii() and months.isdigit() and len(months) <= 3):
        raise BadRow(f"months is {months[:40]!r}, want a whole number from 1 to 240")
    return Hardware(usd_micros, int(months or 36))


def _micros(record: Record, column: str) -> int | None:
    text = fields.text(record, column)
    if text is None:
        return None
    try:
        usd = Decimal(text) if text.isascii() and "_" not in text else Decimal("nan")
    except InvalidOperation:
        usd = Decimal("nan")
    if not usd.is_finite() or not 0 <= usd <= _MAX_USD:
        raise BadRow(f"{column} is {text[:40]!r}, want US dollars from 0 to {_MAX_USD:,}")
    return int((usd * _USD_MICROS).to_integral_value())


def _stated(value: GivenT | None, column: str) -> GivenT:
    if value is None:
        raise BadRow(f"{column} is empty, and the command line does not say it either")
    return value


def _date(record: Record) -> date | None:
    value = record.get("effective_on")
    text = value.isoformat() if isinstance(value, date) else fields.text(record, "effective_on")
    return None if text is None else day(text)


def day(text: str) -> date:
    """Return an ISO date that is not in the future; raise BadRow."""
    return fields.past_day(text, "effective_on")
