"""Pure: whether a text speaks of its own writer at a given place.

`I am X`, `my name is X`, `a language model trained by X`, `X is an AI assistant`, and the same in
the languages most asked in. Texts are in the form of `unicode.comparable`.
"""

import re
from typing import Final

from voting.text.unicode import comparable

_REACH: Final = 160
"""Characters read before and after the place; a sentence ends the reading earlier."""


def _any(*phrases: str) -> str:
    """Return a pattern of any of the phrases, the longest first, in comparable form."""
    ordered = sorted(map(comparable, phrases), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(phrase) for phrase in ordered) + ")"


_I_AM: Final = _any(
    *("i am", "i'm", "im", "i was", "my name is", "my name's", "call me", "i go by"),
    *("you can call me", "you are talking to", "you are chatting with"),
    *("ich bin", "mein name ist", "ich heiße", "je suis", "je m'appelle", "mon nom est"),
    *("soy", "me llamo", "mi nombre es", "sono", "mi chiamo", "eu sou", "sou", "meu nome é"),
    *("ik ben", "jag är", "jeg er", "jestem", "nazywam się", "olen", "ben", "adım"),
    *("меня зовут", "я", "мене звати", "أنا", "اسمي", "मैं", "मेरा नाम"),
    *("我是", "我叫", "私は", "僕は", "저는", "나는", "제 이름은"),
)
_AS_AN: Final = _any(
    *("as an", "as a", "als", "en tant que", "como", "in quanto", "jako", "как", "作为", "として"),
)
_MADE_BY: Final = _any(
    *("by", "from", "at", "von", "par", "chez", "por", "da", "de", "di", "van", "door", "av", "af"),
    *(
        "przez",
        "от",
        "из",
        "компанией",
        "由",
        "来自",
        "的",
        "によって",
        "が",
        "에서",
        "من",
        "द्वारा",
    ),
)
_MADE: Final = _any(
    *(
        "trained",
        "developed",
        "created",
        "made",
        "built",
        "designed",
        "tuned",
        "model",
        "assistant",
    ),
    *("chatbot", "ai", "powered", "entwickelt", "trainiert", "trainiertes", "entwickeltes"),
    *("modell", "assistent", "développé", "créé", "entraîné", "modèle", "desarrollado", "creado"),
    *("entrenado", "modelo", "sviluppato", "creato", "addestrato", "modello", "desenvolvido"),
    *("criado", "treinado", "ontwikkeld", "getraind", "utvecklad", "opracowany", "stworzony"),
    *("разработанная", "разработанный", "созданная", "созданный", "обученная", "модель"),
    *("训练", "开发", "模型", "開発", "訓練", "개발", "만든", "тренована", "مطور", "نموذج"),
)
_KIND: Final = _any(
    *("ai", "language model", "assistant", "chatbot", "ki", "sprachmodell", "ia", "sztuczna"),
    *(
        "modèle de langage",
        "modelo de lenguaje",
        "modello",
        "ии",
        "модель",
        "模型",
        "助手",
        "モデル",
    ),
)
_FILLER: Final = _any(
    *("a", "an", "the", "called", "named", "known as", "ai", "assistant", "large", "language"),
    *("model", "chatbot", "based on", "version of", "powered by", "running", "actually", "just"),
    *("your", "really", "currently", "trained by", "developed by", "created by", "made by"),
    *("built by", "ein", "eine", "der", "die", "das", "le", "la", "un", "une", "el", "il", "o"),
)
_IS_A_MODEL: Final = _any(
    *("language model", "ai model", "ai assistant", "ai language model", "chatbot", "llm"),
    *("virtual assistant", "digital assistant", "sprachmodell", "ki-assistent"),
    *("modèle de langage", "modelo de lenguaje", "modello linguistico", "语言模型", "助手"),
)

_START: Final = "(?<![a-z\u00df-\u024f\u0370-\u03ff\u0400-\u052f])"
_NAMES_ITSELF: Final = re.compile(
    rf"{_START}{_I_AM}(?:\W{{1,3}}{_FILLER}){{0,8}}\W{{0,3}}$"
    rf"|{_START}(?:{_I_AM}|{_AS_AN}\W.{{0,40}}{_KIND})\W.{{0,120}}{_MADE}.{{0,40}}{_MADE_BY}"
    rf"(?:\W{{1,3}}{_FILLER}|\W{{1,3}}(?:team|company|researchers)(?:\W{{1,3}}at)?){{0,3}}\W{{0,3}}$"
    r"|(?:我是|我叫|私は|저는|作为).{0,60}(?:由|来自|的|が)\W{0,3}$",
    re.DOTALL,
)
_ENDS_A_NAME: Final = re.compile(
    r"\s*(?:$|[.,;:!?()\n\"'。,、]|[-–—]\s"
    r"|(?:and|a|an|the|by|from|your|here|ai|inc|labs?|model|assistant|version|team|language"
    r"|und|ein|eine|von|dein|ihr|entwickelt|trainiert|erstellt|et|un|une|de|y|e|en|i|и)\b"
    r"|[^\x00-\u02ff])"
)
_MODEL_FOLLOWS: Final = re.compile(
    rf"\W{{1,3}}(?:is |am |ist |est |es |是)?.{{0,40}}?{_IS_A_MODEL}"
)
_SENTENCE_END: Final = re.compile(r"[.!?]\s|[。！？\n]")


def speaks_of_itself(text: str, *, start: int, end: int) -> bool:
    """Tell whether what stands at `start` to `end` of a comparable text names its writer."""
    before = _SENTENCE_END.split(text[max(0, start - _REACH) : start])[-1]
    after = text[end : end + _REACH]
    if _MODEL_FOLLOWS.match(_SENTENCE_END.split(after)[0]):
        return True
    return bool(_ENDS_A_NAME.match(after) and _NAMES_ITSELF.search(before))
