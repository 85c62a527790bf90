"""A tokenizer of whole words as the Hugging Face libraries read it, for tools that want one."""

import json
from pathlib import Path
from typing import Final

WORDS: Final = tuple(
    f"{start}{end}" for start in ("ba", "de", "fi", "go", "mu") for end in ("ra", "lo", "ni")
)
_UNKNOWN: Final = "[UNK]"


def write(folder: Path) -> None:
    """Put tokenizer.json and tokenizer_config.json into a folder."""
    tokenizer: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: number for number, word in enumerate((_UNKNOWN, *WORDS))},
            "unk_token": _UNKNOWN,
        },
    }
    configuration = {"tokenizer_class": "PreTrainedTokenizerFast", "unk_token": _UNKNOWN}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(json.dumps(configuration))
