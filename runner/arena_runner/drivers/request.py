"""What a tool is asked to measure, and where."""

from dataclasses import dataclass, field
from pathlib import Path

from arena_runner.contract.profile import (
    ClosedLoad,
    DatasetPrompt,
    LockstepLoad,
    OpenLoad,
    Point,
    SyntheticPrompt,
    Tool,
)


class UnfitPoint(ValueError):
    """The tool cannot measure this point, or is not allowed to; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One point for one tool. `api_key` goes into the tool's environment where it reads one."""

    point: Point
    tool: Tool
    base_url: str
    """Of the endpoint, with `/v1`. Unused by llama-bench, which loads the weights itself."""
    model: str
    """Name of the weights, from which tools take the tokenizer when none is stated."""
    served_model: str
    tokenizer: str | None = None
    weights: Path | None = None
    """The GGUF file, for llama-bench."""
    dataset: Path | None = None
    """The file of a DatasetPrompt."""
    seed: int = 42
    prefix_caching: bool = False
    check_coherence: bool = True
    """Whether llama-benchy asks for the capital of France first, and gives up without Paris."""
    api_key: str | None = field(default=None, repr=False)

    @property
    def root_url(self) -> str:
        """Return the address without `/v1`, for tools that add it."""
        return self.base_url.rstrip("/").removesuffix("/v1")

    @property
    def tokenizer_name(self) -> str | None:
        """Return the tokenizer; a folder of this machine in full, for tools run elsewhere."""
        if self.tokenizer is None or not Path(self.tokenizer).exists():
            return self.tokenizer
        return str(Path(self.tokenizer).resolve())

    @property
    def prompt(self) -> SyntheticPrompt:
        """Return the made-up prompt; raise UnfitPoint for one of a data set."""
        if isinstance(self.point.prompt, DatasetPrompt):
            raise UnfitPoint(f"{self.tool} has no data set {self.point.prompt.name}")
        return self.point.prompt

    def together(self) -> int:
        """Return the concurrency of a closed or lock-step load; raise UnfitPoint for another."""
        load = self.point.load
        if isinstance(load, ClosedLoad | LockstepLoad):
            return load.concurrency
        raise UnfitPoint(f"{self.tool} cannot send {load.kind} load as this point has it")

    def open_load(self) -> OpenLoad | None:
        """Return the open load of the point, or None for another."""
        return self.point.load if isinstance(self.point.load, OpenLoad) else None
