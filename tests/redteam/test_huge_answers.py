"""One hostile provider must not hold up the answers of all others."""

import pytest

from tests.workers.provider import answer_to
from workers.completions import _MAX_WHOLE_BYTES
from workers.pieces import CompletionFailed

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"


def test_a_whole_answer_is_not_read_beyond_what_an_answer_can_need() -> None:
    filler = b"[]," * (_MAX_WHOLE_BYTES // 3 + 1)
    body = b'{"choices":[{"message":{"content":"hi"}}],"x":[' + filler + b"[]]}"

    with pytest.raises(CompletionFailed) as failure:
        answer_to([HEAD, body])

    assert failure.value.reason == "too_long"
