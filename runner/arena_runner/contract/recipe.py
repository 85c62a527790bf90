"""A recipe: which model is served how, so that somebody else can serve it the same way."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Engine = Literal["vllm", "sglang", "llama.cpp", "trtllm", "ollama", "mlx", "other"]
Value = str | int | float | bool
_SECRET = re.compile(r"(token|secret|password|passwd|api_?key|credential)", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"\b(hf_[A-Za-z0-9]{20,}|sk-[A-Za-z0-9_-]{16,}|ak_live_[A-Za-z0-9]{8,})")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Launch(_Data):
    """How the agent starts the engine. Placeholders in braces come from `defaults`."""

    command: str = Field(max_length=8_000)
    image: str | None = Field(default=None, max_length=300)
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
    model: str = Field(max_length=200)


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
    defaults: dict[str, Value] = Field(default_factory=dict, max_length=200)
    env: dict[str, str] = Field(default_factory=dict, max_length=100)
    parameters_active: int | None = Field(default=None, ge=1)
    parameters_total: int | None = Field(default=None, ge=1)
    weight_bits: float | None = Field(default=None, gt=0, le=64)
    description: str = Field(default="", max_length=2_000)

    @field_validator("env")
    @classmethod
    def _no_secrets(cls, env: dict[str, str]) -> dict[str, str]:
        for name, value in env.items():
            if _SECRET.search(name) or _SECRET_VALUE.search(value):
                raise ValueError(
                    f"{name} looks like a secret; recipes are published. Set it in the agent's"
                    " own environment instead"
                )
        return env

    @model_validator(mode="after")
    def _one_way(self) -> "Recipe":
        if (self.launch is None) == (self.endpoint is None):
            raise ValueError("state either launch (a command) or endpoint (a server that runs)")
        return self
