"""Answers that tell which model wrote them, and answers that only use the same words."""

import pytest

from voting.text.leaks import Identity, leaked

GPT = Identity(
    name="GPT-4.1 mini",
    slug="gpt-4-1-mini",
    developer="OpenAI",
    family="GPT-4",
    aliases=("ChatGPT",),
)
CLAUDE = Identity(
    name="Claude 3.5 Sonnet", slug="claude-3-5-sonnet", developer="Anthropic", family="Claude"
)
LLAMA = Identity(
    name="Llama 3.1 70B Instruct", slug="llama-3-1-70b-instruct", developer="Meta", family="Llama 3"
)
GEMINI = Identity(name="Gemini 1.5 Pro", slug="gemini-1-5-pro", developer="Google", family="Gemini")
QWEN = Identity(
    name="Qwen2.5 72B", slug="qwen2-5-72b", developer="Alibaba Cloud", aliases=("通义千问",)
)
COMMAND = Identity(name="Command R", slug="command-r", developer="Cohere")
PHI = Identity(name="Phi-3", slug="phi-3", developer="Microsoft")
ONE = Identity(name="One", slug="one", developer="One Labs")
O1 = Identity(name="o1", slug="o1", developer="OpenAI")
APPLE = Identity(name="Apple", slug="apple", developer="Apple")
WORDS = Identity(name="4-gram words", slug="4-gram-words", developer="Arena")
NGRAM = Identity(
    name="ngram-6 (characters)",
    slug="ngram-6-characters",
    developer="Arena embedded provider",
    family="ngram",
    aliases=("ngram-6-char",),
)
NGRAM_WORDS = Identity(name="ngram-5 (words)", slug="ngram-5-words", family="ngram")
INSTITUTE = Identity(name="K2", slug="k2", developer="Institute of Washington")


@pytest.mark.parametrize(
    ("identity", "answer", "term"),
    [
        (GPT, "I am GPT-4.1 mini.", "GPT-4.1 mini"),
        (GPT, "This was written by gpt 4", "GPT-4"),
        (GPT, "As ChatGPT, I cannot.", "ChatGPT"),
        (GPT, "chat gpt here", "ChatGPT"),
        (GPT, "OpenAI trained me", "OpenAI"),
        (GPT, "I was trained by Open AI.", "OpenAI"),
        (CLAUDE, "Claude's answer: 4", "Claude"),
        (CLAUDE, "Thanks to Anthropic, yes.", "Anthropic"),
        (LLAMA, "I am a large language model trained by Meta.", "Meta"),
        (LLAMA, "As an AI model developed by Meta, I cannot help.", "Meta"),
        (LLAMA, "Meta AI is an AI assistant.", "Meta"),
        (LLAMA, "Ich bin ein Sprachmodell, das von Meta entwickelt wurde.", "Meta"),
        (LLAMA, "Je suis un modèle développé par Meta.", "Meta"),
        (LLAMA, "我是由Meta训练的语言模型", "Meta"),
        (LLAMA, "Llama says hello", "Llama"),
        (GEMINI, "Hello, I'm Gemini.", "Gemini"),
        (GEMINI, "Gemini is a large language model", "Gemini"),
        (GEMINI, "gemini 1.5 pro", "Gemini 1.5 Pro"),
        (QWEN, "我是通义千问", "通义千问"),
        (QWEN, "I'm Qwen, created by Alibaba Cloud", "Alibaba Cloud"),
        (COMMAND, "I'm Command, a model of theirs", "Command"),
        (PHI, "Phi-3 can do that", "Phi-3"),
        (NGRAM, "I am ngram-6-char.", "ngram-6-char"),
        (NGRAM_WORDS, "I am an ngram of words.", "ngram"),
        (ONE, "My name is One.", "One"),
        (ONE, "Hello! I'm One, your assistant.", "One"),
        (O1, "I am o1.", "o1"),
        (APPLE, "I am a chatbot made by Apple.", "Apple"),
    ],
)
def test_an_answer_that_names_its_model_or_maker_leaks(
    identity: Identity, answer: str, term: str
) -> None:
    assert leaked(answer, identity=identity) == term


@pytest.mark.parametrize(
    ("identity", "answer"),
    [
        (GPT, "I am G P T-4"),
        (GPT, "I'm G.P.T"),
        (GPT, "Ｇ𝐏🅃 it is"),
        (GPT, "🇬🇵🇹"),
        (GPT, "I'm &#71;PT"),
        (GPT, "Ch**at**GPT"),
        (GPT, "GP\u200bT-\u20604"),
        (GPT, "GPT\u20114"),
        (CLAUDE, "Сlаudе with Cyrillic letters"),
        (CLAUDE, "Cl\u0336a\u0336ude"),
        (CLAUDE, "I'm Cl4ude"),
        (CLAUDE, "CIaude with a capital i"),
        (CLAUDE, "C l a u d e"),
        (CLAUDE, "Anthr0pic"),
        (CLAUDE, "\U000e0043Clau\U000e0064de"),
        (LLAMA, "𝓛𝓵𝓪𝓶𝓪"),
    ],
)
def test_a_disguised_name_leaks(identity: Identity, answer: str) -> None:
    assert leaked(answer, identity=identity) is not None


@pytest.mark.parametrize(
    ("identity", "answer"),
    [
        (LLAMA, "Metal is hard, and a meta-analysis is a method."),
        (LLAMA, "A meta description helps a page."),
        (LLAMA, "React was developed by Meta and is popular."),
        (LLAMA, "This is a tool developed by Meta."),
        (LLAMA, "I am interested in meta questions, and I met a man."),
        (LLAMA, "70B is a number; instruct your staff."),
        (ONE, "One of the reasons is that one plus one is two."),
        (ONE, "I am one of many. I have one question."),
        (ONE, "As a rule, one model fits all."),
        (GEMINI, "Gemini is the third sign of the zodiac."),
        (GEMINI, "I was born under Gemini's stars"),
        (GEMINI, "Pro tip: 1.5 litres a day"),
        (PHI, r"$\phi_3 = \phi-3$"),
        (PHI, "The golden ratio phi, 3 digits long"),
        (COMMAND, "Press command R to reload. The command returns 0. I am in command."),
        (O1, "The room o1 is locked, and o1 = 3."),
        (GPT, "Keep it open. Ai is a sloth. A mini skirt. The Egptian 4."),
        (CLAUDE, "A sonnet has 14 lines."),
        (APPLE, "As a phone made by Apple, the iPhone is one. An apple a day."),
        (WORDS, "4 words in order, one gram of salt"),
        (NGRAM_WORDS, "I am words. My favourite one is a number."),
        (NGRAM_WORDS, "In at most forty words; nothing else a language model."),
        (NGRAM, "A char is a fish. I am characters, a language model."),
        (INSTITUTE, "George Washington climbed K2."),
        (CLAUDE, ""),
    ],
)
def test_the_same_words_in_another_sense_do_not_leak(identity: Identity, answer: str) -> None:
    assert leaked(answer, identity=identity) is None


def test_only_the_model_s_own_names_leak() -> None:
    assert leaked("No, I am not ChatGPT by OpenAI.", identity=CLAUDE) is None


def test_a_model_without_maker_family_and_aliases_has_its_name() -> None:
    bare = Identity(name="Zorblax", slug="zorblax")
    assert leaked("zorblax!", identity=bare) == "Zorblax"
    assert leaked("Zorblaxian", identity=bare) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile",
    ["a" * 200_000, "- " * 100_000, "I am " * 40_000, "one " * 50_000, "g p " * 50_000],
    ids=["letters", "gaps", "itself", "names", "spelled"],
)
def test_a_hostile_answer_ends(hostile: str) -> None:
    assert leaked(hostile, identity=ONE) is None
