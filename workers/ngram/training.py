"""Train every model of the catalogue: a quarter of a second, so nothing is kept between starts."""

from collections.abc import Sequence

from workers.ngram.catalogue import CATALOGUE
from workers.ngram.corpus import Exchange
from workers.ngram.model import LanguageModel, Text
from workers.ngram.topics import Topics
from workers.ngram.vocabulary import Unit, Vocabulary


def train(exchanges: Sequence[Exchange]) -> dict[str, LanguageModel]:
    """Return the models by name, in the order of the catalogue."""
    topics = Topics(exchanges)
    units: tuple[Unit, ...] = ("word", "character")
    texts = {
        unit: Text(
            exchanges=tuple(exchanges),
            topics=topics,
            vocabulary=Vocabulary(
                (part for each in exchanges for part in (each.question, each.answer)), unit
            ),
        )
        for unit in units
    }
    return {entry.name: LanguageModel(texts[entry.unit], entry.order) for entry in CATALOGUE}
