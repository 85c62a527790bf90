"""They are language models: perplexity on text they have not seen, and answers on the topic."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from workers.ngram.catalogue import CATALOGUE
from workers.ngram.corpus import Exchange, exchanges
from workers.ngram.counts import FloatArray
from workers.ngram.model import LanguageModel, Text
from workers.ngram.topics import Topics
from workers.ngram.training import train
from workers.ngram.vocabulary import ANSWER, QUESTION, Unit, Vocabulary

EVERY = 10
ALL = exchanges()
SEEN = tuple(each for number, each in enumerate(ALL) if number % EVERY)
UNSEEN = ALL[::EVERY]


@pytest.fixture(scope="module")
def texts() -> dict[str, Text]:
    """The training part of the text, by words and by characters."""
    units: tuple[Unit, ...] = ("word", "character")
    parts = [part for each in SEEN for part in (each.question, each.answer)]
    return {
        unit: Text(exchanges=SEEN, topics=Topics(SEEN), vocabulary=Vocabulary(parts, unit))
        for unit in units
    }


@pytest.fixture(scope="module")
def models() -> dict[str, LanguageModel]:
    return train(ALL)


def perplexity(text: Text, predict: Callable[[Sequence[int]], FloatArray]) -> float:
    """2 to the mean surprise in bits of a token of the unseen answers, unknown words included."""
    surprise = tokens = 0.0
    for each in UNSEEN:
        encoded = text.encode(each)
        for end in range(encoded.index(ANSWER) + 1, len(encoded)):
            surprise -= math.log2(predict(encoded[:end])[encoded[end]])
            tokens += 1
    return 2 ** (surprise / tokens)


def test_a_longer_context_predicts_unseen_words_better_until_the_text_is_too_small(
    texts: dict[str, Text],
) -> None:
    text = texts["word"]
    one, two, three, five = (
        perplexity(text, LanguageModel(text, order).predict) for order in (1, 2, 3, 5)
    )
    assert one < len(text.vocabulary) / 4
    assert two < one / 2
    assert three < two * 0.97
    # Hardly any five words of an unseen text were seen before; it must not get worse.
    assert five == pytest.approx(three, rel=0.02)


def test_a_longer_context_predicts_unseen_characters_better(texts: dict[str, Text]) -> None:
    text = texts["character"]
    two, four, six, nine = (
        perplexity(text, LanguageModel(text, order).predict) for order in (2, 4, 6, 9)
    )
    assert six < four < two < 12
    assert nine == pytest.approx(six, rel=0.03)


def test_every_prediction_is_a_distribution(models: dict[str, LanguageModel]) -> None:
    for model in models.values():
        encode = model.text.vocabulary.encode
        context = [QUESTION, *encode("Why is the sky qwertz?"), ANSWER, *encode("The sea")]
        for p in (model.predict(context), model.adapt("the sky", context)(context)):
            assert p.sum() == pytest.approx(1, abs=1e-4)
            assert p.min() > 0
            assert np.isfinite(p).all()


def test_the_question_makes_its_own_answer_more_likely_than_another_question_does(
    models: dict[str, LanguageModel],
) -> None:
    sky = next(each for each in ALL if each.question == "Why is the sky blue?")
    for name in ("ngram-1", "ngram-2", "ngram-3", "ngram-5", "ngram-6-char", "ngram-9-char"):
        model = models[name]
        asked, other = (
            _bits(model, sky, question) for question in (sky.question, "How do I cook rice?")
        )
        assert asked < other * 0.9, name


def test_the_catalogue_is_trained_and_named_for_what_it_is(
    models: dict[str, LanguageModel],
) -> None:
    assert list(models) == [entry.name for entry in CATALOGUE]
    assert [entry.title for entry in CATALOGUE][1] == "ngram-2 (words)"
    for entry in CATALOGUE:
        assert f"ngram-{entry.order}" in entry.name
        assert models[entry.name].text.vocabulary.unit == entry.unit


def _bits(model: LanguageModel, exchange: Exchange, question: str) -> float:
    encode = model.text.vocabulary.encode
    conversation = [QUESTION, *encode(question), ANSWER]
    predict = model.adapt(question, conversation)
    answer = encode(exchange.answer)
    return -sum(
        math.log2(predict([*conversation, *answer[:place]])[token])
        for place, token in enumerate(answer)
    )
