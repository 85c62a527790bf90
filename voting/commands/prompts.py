"""What a voter sends to the models, and on which terms."""

from dataclasses import dataclass
from typing import Final

from arena.eventstore.domain import DomainError
from voting.events import Source

MAX_PROMPT_CHARACTERS: Final = 12_000
MAX_SYSTEM_CHARACTERS: Final = 4_000


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What a voter sends first. The image is one that images.py has made anew."""

    text: str
    system: str | None = None
    image: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the voter agreed to and chose before sending."""

    consent_version: str
    publish_prompt: bool
    speed_hidden: bool
    source: Source


def check_prompt(prompt: Prompt) -> None:
    """Raise DomainError for a prompt that is empty, too long or cannot be stored."""
    if not prompt.text.strip():
        raise DomainError("The prompt is empty. Write what the models shall answer.")
    for what, text, limit in (
        ("prompt", prompt.text, MAX_PROMPT_CHARACTERS),
        ("system prompt", prompt.system or "", MAX_SYSTEM_CHARACTERS),
    ):
        if len(text) > limit:
            raise DomainError(
                f"The {what} has {len(text):,} characters; {limit:,} are allowed. Shorten it."
            )
        if "\x00" in text:
            raise DomainError(f"The {what} holds a NUL character. Remove it.")
