"""A benchmark profile: which points are measured, with which load. Versioned data, never code."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
Argument = Annotated[str, Field(max_length=400)]
Requests = Annotated[int, Field(ge=1, le=1_000_000)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ClosedLoad(_Data):
    """`concurrency` requests at every moment: each that ends is replaced at once."""

    kind: Literal["closed"] = "closed"
    concurrency: int = Field(ge=1, le=4096)
    requests: Requests = Field(description="Measured in each run, over all workers.")


class LockstepLoad(_Data):
    """Batches of `concurrency` requests sent together; the next batch waits for all of them."""

    kind: Literal["lockstep"] = "lockstep"
    concurrency: int = Field(ge=1, le=4096)
    batches: int = Field(default=1, ge=1, le=10_000, description="In each run.")


class OpenLoad(_Data):
    """Arrivals at a rate, whatever the server does: Gamma gaps, Poisson at burstiness 1."""

    kind: Literal["open"] = "open"
    rate_per_second: float = Field(gt=0, le=10_000)
    burstiness: float = Field(
        default=1.0, gt=0, le=1_000_000, description="Shape of the Gamma distribution."
    )
    requests: Requests
    rescale: bool = Field(
        default=False,
        description="Stretch the arrivals so that the last comes after requests / rate seconds.",
    )
    max_concurrency: int | None = Field(
        default=None, ge=1, le=4096, description="Client-side cap; waiting for it is latency."
    )


class ReplayLoad(_Data):
    """Conversations: each next turn is sent when the answer before it is complete."""

    kind: Literal["replay"] = "replay"
    concurrency: int = Field(ge=1, le=4096)
    conversations: int = Field(ge=1, le=100_000, description="In each run.")
    turns: int = Field(ge=2, le=50)


Load = Annotated[ClosedLoad | LockstepLoad | OpenLoad | ReplayLoad, Field(discriminator="kind")]


class SyntheticPrompt(_Data):
    """Unique text of about so many tokens; `spread` 0.9 draws from 10 % to 190 % of each."""

    kind: Literal["synthetic"] = "synthetic"
    input_tokens: int = Field(ge=1, le=2_000_000)
    output_tokens: int = Field(ge=1, le=1_000_000)
    context_tokens: int = Field(default=0, ge=0, le=2_000_000, description="Sent before, as depth.")
    spread: float = Field(default=0.0, ge=0, lt=1)


class DatasetPrompt(_Data):
    """Prompts of a published data set, which the owner has downloaded; pinned by its digest."""

    kind: Literal["dataset"] = "dataset"
    name: str = Field(min_length=1, max_length=120)
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    max_output_tokens: int = Field(ge=1, le=1_000_000)


Prompt = Annotated[SyntheticPrompt | DatasetPrompt, Field(discriminator="kind")]


Tool = Literal["llama-benchy", "llama-bench", "vllm", "guidellm"]


class Point(_Data):
    """One cell of a profile: a load, a prompt, how often, and what it is called."""

    key: Key
    title: str = Field(max_length=120)
    load: Load
    prompt: Prompt
    runs: int = Field(default=3, ge=1, le=100)
    warmups: int = Field(default=1, ge=0, le=100, description="Requests before the first run.")
    sweep: str | None = Field(
        default=None,
        max_length=80,
        description="Points of one sweep have the same name here and rising rates.",
    )
    ignore_eos: bool = True
    temperature: float | None = Field(
        default=0.0, ge=0, le=10, description="None: not sent, so the server's own default holds."
    )
    tool: Tool | None = Field(
        default=None, description="The published tool whose run this is, such as llama-benchy."
    )
    tool_arguments: tuple[Argument, ...] = Field(default=(), max_length=100)
    resolved: dict[Argument, Argument] = Field(
        default_factory=dict,
        max_length=100,
        description="What each argument of the tool really does, where its name says otherwise.",
    )


class Profile(_Data):
    """A named, versioned list of points. A changed profile is another version, never the same."""

    name: Key
    version: str = Field(pattern=r"^[0-9a-z.]{1,20}$")
    title: str = Field(max_length=120)
    description: str = Field(max_length=4_000)
    source_name: str | None = Field(default=None, max_length=120)
    source_url: str | None = Field(default=None, max_length=300, pattern=r"^https://")
    prefix_caching: Literal["off", "on", "as_configured"] = "off"
    seed: int = Field(default=42, ge=0, lt=2**32)
    slo_ttft_p95_ms: tuple[Annotated[int, Field(ge=1, le=3_600_000)], ...] = Field(
        default=(), max_length=10
    )
    pinned: tuple[Literal["revision", "tokenizer"], ...] = Field(
        default=(), description="What a recipe must state to be measured with this profile."
    )
    shuffle: bool = Field(default=False, description="Points in an order drawn from the seed.")
    jitter_concurrency: bool = Field(
        default=False, description="Also measure a level beside each, against tuning to the test."
    )
    points: tuple[Point, ...] = Field(min_length=1, max_length=500)

    @property
    def id(self) -> str:
        """Return what the profile is called everywhere, such as `nine-v1.1`."""
        return f"{self.name}-v{self.version}"
