"""Flags and variables that fake the acceptance of speculated tokens.

Speculative decoding is fast when the model agrees with the draft. Engines have switches for their
own developers that skip this question: llama.cpp `--spec-synth-len` and `--spec-synth-rates`, vLLM
`rejection_sample_method: synthetic`, SGLang `SGLANG_SIMULATE_ACC_LEN`, TensorRT-LLM
`TLLM_SPEC_DECODE_FORCE_NUM_ACCEPTED_TOKENS`. What they measure is not the model.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

_FLAG: Final = re.compile(r"^--?[\w.-]*(?:synth|simulate[-_]acc|force[-_]num[-_]accepted)", re.I)
_SETTING: Final = re.compile(
    r"synthetic_acceptance|rejection_sample_method[\"']?\s*[:=]\s*[\"']?synth|simulate_acc"
    r"|spec[-_]synth|force_num_accepted",
    re.IGNORECASE,
)
_METHOD: Final = re.compile(r"rejection[-_]sample[-_]method$", re.IGNORECASE)


def faked_acceptance(argv: Sequence[str], env: Mapping[str, str]) -> str | None:
    """Return the flag, setting or variable that fakes acceptance, or None."""
    for argument, following in zip(argv, [*argv[1:], ""], strict=False):
        flag = argument.partition("=")[0]
        if _FLAG.match(flag):
            return flag
        if _SETTING.search(argument):
            return argument[:80]
        if _METHOD.search(argument) and following.lower().startswith("synth"):
            return argument
    for name, value in env.items():
        if _SETTING.search(name) or _SETTING.search(value) or "SPEC_SYNTH" in name.upper():
            return name
    return None
