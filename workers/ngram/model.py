"""A language model: the probability of every token after a context, adapted to a conversation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from workers.ngram.corpus import Exchange
from workers.ngram.counts import FloatArray, Order, count, key_of
from workers.ngram.topics import Topics
from workers.ngram.vocabulary import ANSWER, END, QUESTION, Vocabulary

# From the tokens so far to the probability (size,) of every token as the next one.
Predictor = Callable[[Sequence[int]], FloatArray]

# Chosen by reading answers: half of a prediction comes from the nearby exchanges, and with this
# small discount long orders quote them, so that the higher order is the more readable one.
_TOPIC_WEIGHT = 0.5
_TOPIC_DISCOUNT = 0.25
# The end of a long conversation is enough to count, and keeps the pause before an answer short.
_CONVERSATION_TOKENS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A training text, its index and its vocabulary by one unit; models of all orders share it."""

    exchanges: tuple[Exchange, ...]
    topics: Topics
    vocabulary: Vocabulary

    def encode(self, exchange: Exchange) -> list[int]:
        """Return the tokens of one exchange with its marks."""
        encode = self.vocabulary.encode
        return [QUESTION, *encode(exchange.question), ANSWER, *encode(exchange.answer), END]


class LanguageModel:
    """An n-gram model of one order over a text."""

    def __init__(self, text: Text, order: int) -> None:
        self.text = text
        self._order = order
        self._size = len(text.vocabulary)
        tokens = [token for each in text.exchanges for token in text.encode(each)]
        self._orders = count(tokens, order=order, size=self._size)
        self._unigrams = np.full(self._size, 1 / self._size, dtype=np.float32)
        self._orders[0].mix(0, self._unigrams)

    def predict(self, context: Sequence[int]) -> FloatArray:
        """Return the probability (size,) of every token after the context; they sum to 1."""
        return _mix(self._orders[1:], context, self._unigrams.copy())

    def adapt(self, prompt: str, conversation: Sequence[int]) -> Predictor:
        """Return predictions for one conversation: counts of nearby exchanges join those of all.

        After Mahajan, Beeferman & Huang 1999, "Improved topic-dependent language modeling using
        information retrieval techniques". The conversation itself is part of the topic, as in
        the cache model of Kuhn & De Mori 1990. `prompt` says what the topic is.
        """
        text = self.text
        near = [text.exchanges[number] for number in text.topics.nearest(prompt)]
        tokens = [token for each in near for token in text.encode(each)]
        tokens += conversation[-_CONVERSATION_TOKENS:]
        if len(tokens) < self._order:
            return self.predict
        topic = count(tokens, order=self._order, size=self._size, discount=_TOPIC_DISCOUNT)
        unigrams = self._unigrams.copy()
        topic[0].mix(0, unigrams)

        def predict(context: Sequence[int]) -> FloatArray:
            mixture = _mix(topic[1:], context, unigrams.copy())
            mixture *= _TOPIC_WEIGHT
            mixture += (1 - _TOPIC_WEIGHT) * self.predict(context)
            return mixture

        return predict


def _mix(orders: Sequence[Order], context: Sequence[int], unigrams: FloatArray) -> FloatArray:
    """Go from the unigrams, in place, to the longest context that was seen."""
    for length, order in enumerate(orders, start=1):
        if length > len(context):
            break
        if not order.mix(key_of(context[-length:], len(unigrams)), unigrams):
            break
    return unigrams
