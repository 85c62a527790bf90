"""Two small requests before a point: which fields the server takes, how it counts tokens."""

from dataclasses import dataclass
from typing import Final

from arena_runner.load.answer import read_answer
from arena_runner.load.body import DIALECTS, Dialect, Wanted, request_bytes
from arena_runner.load.calibration import (
    LONG_WORDS,
    SHORT_WORDS,
    Calibration,
    calibrated,
)
from arena_runner.load.prompts import probe_text
from arena_runner.load.sender import Sender
from arena_runner.load.target import Target

_REFUSED_FIELDS: Final = (400, 422)
_REFUSED_AT_ALL: Final = (401, 403, 404, *_REFUSED_FIELDS)


class TargetRefusedError(Exception):
    """The endpoint answers, and refuses what every request of the point would ask."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the probes have shown."""

    dialect: Dialect
    calibration: Calibration
    notes: tuple[str, ...]


async def probe(sender: Sender, target: Target, wanted: Wanted, *, seed: str, salt: str) -> Found:
    """Ask for one token with a short and a long prompt; raise TargetRefusedError."""
    notes: list[str] = []
    for dialect in DIALECTS:
        status, short = await _prompt_tokens(
            sender, target, wanted, dialect, probe_text(SHORT_WORDS, seed=seed, salt=salt)
        )
        if status not in _REFUSED_FIELDS:
            break
    if status in _REFUSED_AT_ALL:
        raise TargetRefusedError(
            f"the endpoint answers a plain chat completion with HTTP {status}; check the model's"
            " name, the key and the path"
        )
    if wanted.ignore_eos and not dialect.extras:
        notes.append("server refuses ignore_eos and min_tokens: answers may be shorter than asked")
    if not dialect.stream_options:
        notes.append("server refuses stream_options: usage may be missing")
    _, long = await _prompt_tokens(
        sender, target, wanted, dialect, probe_text(LONG_WORDS, seed=seed, salt=salt)
    )
    calibration = calibrated(short, long)
    if calibration is None:
        notes.append("server counts no prompt tokens: length of prompts is an estimate")
    return Found(dialect, calibration or Calibration(), tuple(notes))


async def _prompt_tokens(
    sender: Sender, target: Target, wanted: Wanted, dialect: Dialect, text: str
) -> tuple[int | None, int | None]:
    one = Wanted(1, wanted.temperature, wanted.ignore_eos)
    payload = request_bytes(target, [{"role": "user", "content": text}], one, dialect)
    exchange = await sender.send(payload, output_tokens=1)
    response = exchange.read()
    return response.status, read_answer(response).tokens("prompt_tokens")
