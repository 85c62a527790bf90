"""Writes a tiny language model of random weights: real arithmetic for a real engine, no download.

    python -m tests.llama.write_model tiny.gguf

A two-layer Llama with one token a byte. It knows nothing, answers at once, and is the same file
every time, so a greedy text is the same text on every run of one engine on one machine.
"""

import sys
from pathlib import Path
from typing import Final

import gguf
import numpy as np

SEED: Final = 20_261
CONTEXT_TOKENS: Final = 8_192
_WIDTH: Final = 128
_HEADS: Final = 4
LAYERS: Final = 2
_HIDDEN: Final = 256
_SCALE: Final = 0.08
_SPECIAL: Final = ("<unk>", "<s>", "</s>")
_TEMPLATE: Final = (
    "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)


def write_model(path: Path, *, layers: int = LAYERS) -> Path:
    """Write the model and return its path; each layer makes it slower."""
    writer = gguf.GGUFWriter(path, "llama")
    _architecture(writer, layers)
    tokens = _vocabulary(writer)
    _weights(writer, tokens, layers)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _architecture(writer: gguf.GGUFWriter, layers: int) -> None:
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(_HIDDEN)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def _vocabulary(writer: gguf.GGUFWriter) -> int:
    """One token a byte, as SentencePiece falls back to for what it has no word for."""
    tokens = [*_SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * 256
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([int(kind) for kind in kinds])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(_TEMPLATE)
    return len(tokens)


def _weights(writer: gguf.GGUFWriter, tokens: int, layers: int) -> None:
    draw = np.random.default_rng(SEED)

    def matrix(name: str, rows: int, columns: int) -> None:
        writer.add_tensor(name, (draw.standard_normal((rows, columns)) * _SCALE).astype("float32"))

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(_WIDTH, dtype="float32"))

    matrix("token_embd.weight", tokens, _WIDTH)
    for layer in range(layers):
        ones(f"blk.{layer}.attn_norm.weight")
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            matrix(f"blk.{layer}.{part}.weight", _WIDTH, _WIDTH)
        ones(f"blk.{layer}.ffn_norm.weight")
        matrix(f"blk.{layer}.ffn_gate.weight", _HIDDEN, _WIDTH)
        matrix(f"blk.{layer}.ffn_up.weight", _HIDDEN, _WIDTH)
        matrix(f"blk.{layer}.ffn_down.weight", _WIDTH, _HIDDEN)
    ones("output_norm.weight")
    output = draw.standard_normal((tokens, _WIDTH)) * _SCALE
    # Only printable ASCII is ever the likeliest token: every answer is text of full length.
    printable = [len(_SPECIAL) + byte for byte in range(0x20, 0x7F)]
    output[[token for token in range(tokens) if token not in printable]] = 0.0
    writer.add_tensor("output.weight", output.astype("float32"))


if __name__ == "__main__":
    write_model(Path(sys.argv[1]))
