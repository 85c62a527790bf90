"""The canary: a question with a known answer, and the greedy text of a fixed prompt.

The canary **passes** when the server gives the same greedy text (temperature 0, fixed seed) twice
in a row, and not an empty one. That text's digest is a fingerprint of weights and sampling: it is
the same with and without honest speculative decoding, and another one when acceptance is faked.

Whether the **known answer** came is reported beside it, as `answered`. It cannot decide, because a
model of random weights or letter statistics is a fair object of a speed test and knows nothing;
for a real model, False says that its template, quantization or kernel is broken.
"""

import hashlib
from typing import Any, Final

from arena_runner.contract.report import Canary
from arena_runner.engine import endpoint
from arena_runner.engine.endpoint import Connection, Target

QUESTION: Final = "What is the capital of France? Answer with one word."
EXPECTED: Final = "Paris"
GREEDY_PROMPT: Final = "Count from one to twenty in words, separated by commas."
GREEDY_TOKENS: Final = 32
_ANSWER_TOKENS: Final = 512  # room for a model that reasons before it answers
_SEED: Final = 42
_MOST_TRIES: Final = 4
_TIMEOUT_S: Final = 300.0


async def ask(target: Target) -> Canary:
    """Ask both; raise EndpointError when the server does not answer."""
    async with endpoint.connected(target, timeout_s=_TIMEOUT_S) as connection:
        text = await _settled(connection)
        answer = await _greedy(connection, QUESTION, _ANSWER_TOKENS)
    return Canary(
        passed=bool(text),
        expected=EXPECTED,
        answered=EXPECTED.lower() in answer.lower() if answer else None,
        greedy_sha256=hashlib.sha256(text.encode(errors="replace")).hexdigest() if text else None,
    )


async def _settled(connection: Connection) -> str | None:
    """Return the greedy text that came twice in a row; None where none did, or an empty one.

    The first answer is thrown away: it fills the prefix cache, and a cached prompt is computed in
    another batch shape, whose rounding can tip the choice between two nearly equal tokens.
    """
    await _greedy(connection, GREEDY_PROMPT, GREEDY_TOKENS)
    last = None
    for _ in range(_MOST_TRIES):
        text = await _greedy(connection, GREEDY_PROMPT, GREEDY_TOKENS)
        if text == last:
            return text or None
        last = text
    return None


async def _greedy(connection: Connection, prompt: str, tokens: int) -> str:
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": tokens,
        "temperature": 0,
        "seed": _SEED,
        "stream": False,
    }
    return endpoint.text_of(await connection.complete(body))
