"""Find the exchanges of the training text that are nearest to a prompt, by BM25.

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", 3.5, with
the usual k1 = 1.2 and b = 0.75. The words of the question count three times.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from workers.ngram.corpus import Exchange

_K1 = 1.2
_B = 0.75
_QUESTION_WEIGHT = 3
# Words are cut to their first letters, a stemmer for a small text: volcano and volcanoes agree.
_STEM = 6
_WORD = re.compile(r"[^\W_]+")
# One nearest exchange is quoted, several are mixed; a much worse one is off the topic.
_MOST = 3
_LEAST_SCORE_SHARE = 0.5


class Topics:
    """An index over exchanges."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        documents = [
            Counter(_QUESTION_WEIGHT * _stems(each.question) + _stems(each.answer))
            for each in exchanges
        ]
        lengths = [document.total() for document in documents]
        mean_length = sum(lengths) / len(lengths)
        self._postings: dict[str, dict[int, float]] = {}
        for number, document in enumerate(documents):
            norm = _K1 * (1 - _B + _B * lengths[number] / mean_length)
            for stem, times in document.items():
                saturated = times * (_K1 + 1) / (times + norm)
                self._postings.setdefault(stem, {})[number] = saturated
        for postings in self._postings.values():
            spread = len(documents) - len(postings) + 0.5
            rarity = math.log(1 + spread / (len(postings) + 0.5))
            for number in postings:
                postings[number] *= rarity

    def nearest(self, prompt: str) -> list[int]:
        """Return the numbers of up to three exchanges, best first; none when no word is shared."""
        scores: defaultdict[int, float] = defaultdict(float)
        # Sorted, so that sums of floats and with them seeded answers are the same in every process.
        for stem in sorted(set(_stems(prompt))):
            for number, score in self._postings.get(stem, {}).items():
                scores[number] += score
        best = sorted(scores, key=lambda number: (-scores[number], number))[:_MOST]
        return [number for number in best if scores[number] >= _LEAST_SCORE_SHARE * scores[best[0]]]


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.casefold())]
