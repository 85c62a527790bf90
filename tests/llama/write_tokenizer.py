"""The tokenizer of the tiny model for clients that count themselves: one token a byte."""

import json
from pathlib import Path
from typing import Any


def write_tokenizer(folder: Path) -> Path:
    """Write a tokenizer folder as the transformers library reads it and return its path."""
    bytes_to_letters = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": False,
        "use_regex": False,
    }
    tokenizer: dict[str, Any] = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": bytes_to_letters,
        "decoder": bytes_to_letters,
        "model": {
            "type": "BPE",
            "vocab": {letter: number for number, letter in enumerate(_letters())},
            "merges": [],
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 8_192})
    )
    return folder


def _letters() -> list[str]:
    """Return the printable letter that stands for each byte in byte-level vocabularies.

    Printable bytes of Latin-1 stand for themselves, the others for what comes after U+0100, in
    order; the table of GPT-2.
    """
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = (chr(0x100 + place) for place in range(256))
    return [chr(byte) if byte in printable else next(others) for byte in range(256)]
