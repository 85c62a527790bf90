"""A benchmark profile: which points are measured, with which load. Versioned data, never code."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClosedLoad(_Data):
    """`concurrency` requests at every moment: each that ends is replaced at once."""

    kind: Literal["closed"] = "closed"
    concurrency: int = Field(ge=1, le=4096)
    requests: int = Field(ge=1, description="Measured in each run, over all workers.")


class LockstepLoad(_Data):
    """Batches of `concurrency` requests sent together; the next batch waits for all of them."""

    kind: Literal["lockstep"] = "lockstep"
    concurrency: int = Field(ge=1, le=4096)
    batches: int = Field(default=1, ge=1, description="In each run.")


class OpenLoad(_Data):
    """Arrivals at a rate, whatever the server does: Gamma gaps, Poisson at burstiness 1."""

    kind: Literal["open"] = "open"
    rate_per_second: float = Field(gt=0, le=10_000)
    burstiness: float = Field(default=1.0, gt=0, description="Shape of the Gamma distribution.")
    requests: int = Field(ge=1)
    rescale: bool = Field(
        default=False,
        description="Stretch the arrivals so that the last comes after requests / rate seconds.",
    )
    max_concurrency: int | None = Field(
        default=None, ge=1, description="Client-side cap; waiting for it counts as latency."
    )


class ReplayLoad(_Data):
    """Conversations: each next turn is sent when the answer before it is complete."""

    kind: Literal["replay"] = "replay"
    concurrency: int = Field(ge=1, le=4096)
    conversations: int = Field(ge=1, description="In each run.")
    turns: int = Field(ge=2, le=50)


Load = Annotated[ClosedLoad | LockstepLoad | OpenLoad | ReplayLoad, Field(discriminator="kind")]


class SyntheticPrompt(_Data):
    """Unique text of about so many tokens; `spread` 0.9 draws from 10 % to 190 % of each."""

    kind: Literal["synthetic"] = "synthetic"
    input_tokens: int = Field(ge=1, le=2_000_000)
    output_tokens: int = Field(ge=1, le=1_000_000)
    context_tokens: int = Field(default=0, ge=0, description="Sent before, as depth.")
    spread: float = Field(default=0.0, ge=0, lt=1)


class DatasetPrompt(_Data):
    """Prompts of a published data set, which the owner has downloaded; pinned by its digest."""

    kind: Literal["dataset"] = "dataset"
    name: str
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    max_output_tokens: int = Field(ge=1)


Prompt = Annotated[SyntheticPrompt | DatasetPrompt, Field(discriminator="kind")]


class Point(_Data):
    """One cell of a profile: a load, a prompt, how often, and what it is called."""

    key: Key
    title: str = Field(max_length=120)
    load: Load
    prompt: Prompt
    runs: int = Field(default=3, ge=1, le=100)
    warmups: int = Field(default=1, ge=0, le=100, description="Requests before the first run.")
    sweep: str | None = Field(
        default=None, description="Points of one sweep have the same name here and rising rates."
    )
    ignore_eos: bool = True
    temperature: float = Field(default=0.0, ge=0)
    tool: str | None = Field(
        default=None, description="The published tool whose run this is, such as llama-benchy."
    )
    tool_arguments: tuple[str, ...] = ()


class Profile(_Data):
    """A named, versioned list of points. A changed profile is another version, never the same."""

    name: Key
    version: str = Field(pattern=r"^[0-9a-z.]{1,20}$")
    title: str
    description: str
    source_name: str | None = None
    source_url: str | None = None
    prefix_caching: Literal["off", "on", "as_configured"] = "off"
    seed: int = 42
    slo_ttft_p95_ms: tuple[int, ...] = ()
    shuffle: bool = Field(default=False, description="Points in an order drawn from the seed.")
    jitter_concurrency: bool = Field(
        default=False, description="Also measure a level beside each, against tuning to the test."
    )
    points: tuple[Point, ...] = Field(min_length=1, max_length=500)

    @property
    def id(self) -> str:
        """Return what the profile is called everywhere, such as `nine-v1.1`."""
        return f"{self.name}-v{self.version}"
