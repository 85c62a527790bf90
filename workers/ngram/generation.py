"""One answer, token by token."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workers.ngram.model import LanguageModel
from workers.ngram.sampling import Sampler, Sampling
from workers.ngram.stops import StopWatch
from workers.ngram.vocabulary import ANSWER, END, QUESTION, UNKNOWN

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message; a system message counts as a question."""

    is_answer: bool
    text: str


def encode(model: LanguageModel, turns: Sequence[Turn]) -> list[int]:
    """Return the tokens of the prompt; the last one asks for an answer."""
    tokens: list[int] = []
    for turn in turns:
        tokens += [ANSWER if turn.is_answer else QUESTION, *model.text.vocabulary.encode(turn.text)]
        tokens += [END] if turn.is_answer else []
    return [*tokens, ANSWER]


class Generation:
    """An answer in the making. `finish_reason` is None until `texts` has ended.

    `output_tokens` are the predictions that were made, without the one that ended the answer.
    """

    def __init__(
        self,
        model: LanguageModel,
        turns: Sequence[Turn],
        *,
        prompt: Sequence[int],
        sampling: Sampling,
        max_tokens: int,
        min_tokens: int = 1,
        stops: Sequence[str],
    ) -> None:
        self.prompt_tokens = len(prompt)
        self.output_tokens = 0
        self.finish_reason: FinishReason | None = None
        self._model = model
        self._turns = turns
        self._tokens = list(prompt)
        self._sampler = Sampler(sampling)
        self._max_tokens = max_tokens
        self._min_tokens = max(1, min_tokens)
        self._stops = StopWatch(stops)

    def texts(self) -> Iterator[str]:
        """Predict one token a step and give its text, empty while it may begin a stop sequence."""
        topic = " ".join(turn.text for turn in self._turns if not turn.is_answer)
        predict = self._model.adapt(topic, self._tokens)
        text_of = self._model.text.vocabulary.text_of
        while self.output_tokens < self._max_tokens:
            weights = predict(self._tokens)
            weights[[UNKNOWN, QUESTION, ANSWER]] = 0
            if self.output_tokens < self._min_tokens:
                weights[END] = 0
            token = self._sampler.choose(weights)
            if token == END:
                self.finish_reason = "stop"
                yield self._stops.rest()
                return
            self._tokens.append(token)
            self.output_tokens += 1
            yield self._stops.pass_on(text_of(token))
            if self._stops.found:
                self.finish_reason = "stop"
                return
        self.finish_reason = "length"
        yield self._stops.rest()
