"""The language of a prompt: right where it is named, not named where it is unsure.

The measure is what other people wrote: the translated messages that Django ships.
"""

import gettext
import re
import subprocess
import sys
from pathlib import Path

import django
import pytest

from voting.text.languages import SHORTEST, detect

LOCALES = Path(django.__file__).parent / "conf" / "locale"
LANGUAGES = (
    *("ar", "bg", "bn", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi", "fr", "ga"),
    *("he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk"),
    *("nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sv", "sw", "ta", "te", "th", "tr", "uk"),
    *("ur", "uz", "vi"),
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|<[^>]+>|\{\w*\}")
LONG_ENOUGH = 4 * SHORTEST
"""Bytes of letters of the messages that recall is measured on: about a short sentence."""


def messages(language: str) -> list[str]:
    with (LOCALES / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return [
        PLACEHOLDER.sub(" ", message)
        for source, message in catalogue.items()
        if isinstance(source, str) and source and message != source
    ]


def test_named_languages_are_right_and_sentences_get_one() -> None:
    named = right = sentences = sentences_named = 0
    for language in LANGUAGES:
        for message in messages(language):
            found = detect(message)
            named += found is not None
            right += found == language
            if sum(len(sign.encode()) for sign in message if sign.isalpha()) >= LONG_ENOUGH:
                sentences += 1
                sentences_named += found is not None
    assert named > 3_000
    assert right / named >= 0.98
    assert sentences_named / sentences >= 0.90


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is the capital of France?", "en"),
        ("Wie spät ist es?", "de"),
        ("今天天气怎么样？", "zh"),
        ("한국어로 답해 주세요", "ko"),
        ("اكتب قصة قصيرة عن قطة", "ar"),
        ("Erkläre das kurz:\n```python\nfor item in the_list: print(item)\n```", "de"),
        ("Was steht auf https://example.org/the/best/of/english/words ?", "de"),
    ],
)
def test_prose_is_named(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "ok",
        "你好",
        "12345 67890",
        "asdf qwer zxcv",
        "```\nimport this\n```",
        "\ud800" * 9,
    ],
)
def test_what_is_short_or_no_language_is_not_named(text: str) -> None:
    assert detect(text) is None


def test_the_model_is_not_loaded_before_it_is_needed() -> None:
    program = "import sys, voting.text.languages; sys.exit('py3langid' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("hostile", ["a" * 200_000, "a@" * 100_000, "<" * 200_000, "$a" * 100_000])
def test_a_hostile_text_ends(hostile: str) -> None:
    assert detect(hostile) is None
