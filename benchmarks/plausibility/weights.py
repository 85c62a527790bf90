"""How many bytes of weights one token has to read, from what a recipe says."""

import re
from dataclasses import dataclass
from typing import Final

from arena_runner.contract.recipe import Recipe

_BITS: Final = (
    ("nvfp4", 4.5),
    ("mxfp4", 4.25),
    ("iq1_s", 1.5),
    ("iq1_m", 1.75),
    ("iq2_xxs", 2.06),
    ("iq2_xs", 2.31),
    ("iq2_s", 2.5),
    ("iq2_m", 2.7),
    ("iq3_xxs", 3.06),
    ("iq3_xs", 3.3),
    ("iq3_s", 3.44),
    ("iq3_m", 3.66),
    ("iq4_xs", 4.25),
    ("iq4_nl", 4.5),
    ("q2_k", 2.6),
    ("q3_k", 3.4),
    ("q4_k", 4.5),
    ("q4_0", 4.5),
    ("q4_1", 5.0),
    ("q5_k", 5.5),
    ("q5_0", 5.5),
    ("q5_1", 6.0),
    ("q6_k", 6.5),
    ("q8_0", 8.5),
    ("w4a16", 4.0),
    ("int4", 4.0),
    ("awq", 4.0),
    ("gptq", 4.0),
    ("4bit", 4.0),
    ("fp4", 4.0),
    ("q4", 4.0),
    ("w8a8", 8.0),
    ("int8", 8.0),
    ("fp8", 8.0),
    ("8bit", 8.0),
    ("q8", 8.0),
    ("q2", 2.5),
    ("q3", 3.0),
    ("q5", 5.0),
    ("q6", 6.0),
    ("bf16", 16.0),
    ("fp16", 16.0),
    ("f16", 16.0),
    ("fp32", 32.0),
    ("f32", 32.0),
)
"""Bits a weight by parts of names, the first that fits. The k-quants and i-quants of llama.cpp are
taken at their smallest mix, so that the bytes read are rather under- than overstated."""

_ACTIVE: Final = re.compile(r"(?:^|[^a-z0-9])a(\d+(?:\.\d+)?)b(?:$|[^a-z0-9])")
_TOTAL: Final = re.compile(r"(?:^|[^a-z0-9.])(\d+(?:\.\d+)?)b(?:$|[^a-z0-9])")
_MIXTURE: Final = re.compile(r"moe|\dx\d+(?:\.\d+)?b")
_DENSE: Final = re.compile(
    r"llama-?[23]|llama3|codellama|qwen-?(?:1\.5|2|2\.5)-|qwen3-(?:0\.6|1\.7|4|8|14|32)b"
    r"|gemma-?[23]-|mistral-(?:7b|nemo|small|large)|phi-[34]-"
)
"""Families without experts: there the size in the name is what every token reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """What one token reads at least, and where both factors come from, in words."""

    active_parameters: float
    bits: float
    source: str

    @property
    def bytes_per_token(self) -> float:
        """Return the bytes of active weights."""
        return self.active_parameters * self.bits / 8


def weights_of(recipe: Recipe) -> Weights | str:
    """Return what a token reads, or why that is not known, in words."""
    active = _active_parameters(recipe)
    bits = _bits(recipe)
    if active is None:
        return "the recipe states no parameters_active, and the name of the model does not tell"
    if bits is None:
        return "the recipe states no weight_bits, and its quantization does not tell"
    return Weights(active_parameters=active[0], bits=bits[0], source=f"{active[1]}, {bits[1]}")


def weights_named(model: str, quantization: str | None) -> Weights | str:
    """Return what a token reads by names alone, or why they do not tell."""
    active = _active_by_name(model)
    bits = _bits_by_name(quantization, model)
    if active is None:
        return "the name of the model does not tell its active parameters"
    if bits is None:
        return "the quantization does not tell the bits of a weight"
    return Weights(active_parameters=active[0], bits=bits[0], source=f"{active[1]}, {bits[1]}")


def bits_named(quantization: str | None) -> float | None:
    """Return the bits of a weight that the name of a quantization tells, None where it does not."""
    found = _bits_by_name(quantization)
    return None if found is None else found[0]


def is_dense(model: str) -> bool:
    """Return whether the name is of a family without experts."""
    name = _plain(model)
    return not (_ACTIVE.search(name) or _MIXTURE.search(name)) and bool(_DENSE.search(name))


def _active_parameters(recipe: Recipe) -> tuple[float, str] | None:
    if recipe.parameters_active is not None:
        return float(recipe.parameters_active), "active parameters as the recipe states them"
    if is_dense(recipe.model) and recipe.parameters_total is not None:
        return float(recipe.parameters_total), "parameters as the recipe states them"
    return _active_by_name(recipe.model)


def _active_by_name(model: str) -> tuple[float, str] | None:
    name = _plain(model)
    if found := _ACTIVE.search(name):
        return float(found[1]) * 1e9, f"active parameters by the name {model}"
    if is_dense(model) and (found := _TOTAL.search(name)):
        return float(found[1]) * 1e9, f"parameters by the name {model}"
    return None


def _plain(model: str) -> str:
    return model.lower().replace("_", "-")


def _bits(recipe: Recipe) -> tuple[float, str] | None:
    if recipe.weight_bits is not None:
        return recipe.weight_bits, "weight bits as the recipe states them"
    return _bits_by_name(recipe.quantization, recipe.model)


def _bits_by_name(*texts: str | None) -> tuple[float, str] | None:
    for text in texts:
        name = (text or "").lower().replace("-", "_")
        for part, bits in _BITS:
            if part in name:
                return bits, f"weight bits of {part}"
    return None
