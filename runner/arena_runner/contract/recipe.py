"""A recipe: which model is served how, so that somebody else can serve it the same way."""

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from arena_runner.contract.secret import name_is_secret, text_has_secret

Engine = Literal["vllm", "sglang", "llama.cpp", "trtllm", "ollama", "mlx", "other"]
_ASSIGNED = re.compile(r"(?<![\w-])--?([A-Za-z][\w-]*+)[=\s]++(?!-)\S|\b([A-Za-z_]\w*+)=\S")


def _secret(place: str) -> PydanticCustomError:
    return PydanticCustomError(
        "secret",
        "{place} looks like a secret; recipes are published. Set it in the agent's own environment"
        " instead",
        {"place": place},
    )


def _public_name(name: str) -> str:
    if name_is_secret(name):
        raise _secret(name)
    return name


def _public_text(text: str) -> str:
    if text_has_secret(text):
        raise _secret("this text")
    return text


def _public_command(command: str) -> str:
    for flag, variable in _ASSIGNED.findall(command):
        _public_name(flag or variable)
    return command


Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,79}$"), AfterValidator(_public_name)]
Text = Annotated[str, Field(strict=True, max_length=4_000), AfterValidator(_public_text)]
Value = (
    StrictBool
    | Annotated[int, Field(strict=True, ge=-(2**53), le=2**53)]
    | Annotated[float, Field(strict=True, allow_inf_nan=False)]
    | Text
)
"""What a default may be: text, a number that JSON can hold exactly, true or false."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="after")
    @classmethod
    def _no_secret_value(cls, value: Any) -> Any:
        return _public_text(value) if isinstance(value, str) else value


class Launch(_Data):
    """How the agent starts the engine. Placeholders in braces come from `defaults`."""

    command: Annotated[str, Field(min_length=1, max_length=8_000), AfterValidator(_public_command)]
    image: str | None = Field(
        default=None, max_length=300, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*$"
    )
    image_digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")
    ready_timeout_s: int = Field(default=1_800, ge=1, le=86_400)


class Served(_Data):
    """An OpenAI-compatible endpoint that runs already; its key is the owner's, never in here."""

    base_url: str | None = Field(
        default=None,
        max_length=300,
        pattern=r"^https?://",
        description="Where it listens. Stays with the agent: no manifest, report or page has it.",
    )
    model: str = Field(min_length=1, max_length=200)


class Recipe(_Data):
    """One way to serve one model. The schema of this class is published as JSON Schema."""

    recipe_version: Literal[1] = 1
    model: Annotated[str, Field(min_length=1, max_length=200, description="Name of the weights.")]
    revision: str | None = Field(
        default=None, max_length=80, description="Commit or tag of the weights; pin it."
    )
    quantization: str | None = Field(default=None, max_length=40)
    engine: Engine
    engine_version: str | None = Field(default=None, max_length=80)
    nodes: int = Field(default=1, ge=1, le=10_000)
    interconnect: str | None = Field(default=None, max_length=80)
    hardware: str | None = Field(default=None, max_length=80, description="Catalogue slug.")
    tokenizer: str | None = Field(default=None, max_length=200)
    launch: Launch | None = None
    endpoint: Served | None = None
    defaults: dict[Name, Value] = Field(default_factory=dict, max_length=200)
    env: dict[Name, Text] = Field(default_factory=dict, max_length=100)
    parameters_active: int | None = Field(default=None, ge=1)
    parameters_total: int | None = Field(default=None, ge=1)
    weight_bits: float | None = Field(default=None, gt=0, le=64)
    description: str = Field(default="", max_length=2_000)

    @model_validator(mode="after")
    def _one_way(self) -> "Recipe":
        if (self.launch is None) == (self.endpoint is None):
            raise PydanticCustomError(
                "one_way", "state either launch (a command) or endpoint (a server that runs)"
            )
        return self
