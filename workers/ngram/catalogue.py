"""The models that the provider serves. Imports nothing heavy: provisioning reads the names."""

from dataclasses import dataclass
from typing import Literal

DEVELOPER = "Arena embedded provider"
LICENCE = "CC0-1.0"
# Prompt and answer together, in tokens of the model.
CONTEXT_TOKENS = 32_768
MAX_OUTPUT_TOKENS = 4_096


@dataclass(frozen=True, slots=True)
class Entry:
    """A model: its name in the API, its n, and what its tokens are."""

    name: str
    order: int
    unit: Literal["word", "character"]

    @property
    def title(self) -> str:
        """The name for people, which says what the model is."""
        return f"ngram-{self.order} ({self.unit}s)"


# Orders 1 to 5 on words differ for every reader; characters make words of their own.
CATALOGUE = (
    Entry("ngram-1", 1, "word"),
    Entry("ngram-2", 2, "word"),
    Entry("ngram-3", 3, "word"),
    Entry("ngram-5", 5, "word"),
    Entry("ngram-6-char", 6, "character"),
    Entry("ngram-9-char", 9, "character"),
)
