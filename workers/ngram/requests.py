"""What `/v1/chat/completions` takes, checked; errors in the form that OpenAI's clients read."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from workers.ngram.catalogue import MAX_OUTPUT_TOKENS
from workers.ngram.generation import Turn
from workers.ngram.sampling import Sampling

DEFAULT_MAX_TOKENS = 512
# Below 1: at 1 a model of a small text strays too often to be read.
DEFAULT_TEMPERATURE = 0.6


class RequestError(Exception):
    """A request that is refused: HTTP status, text, and the parameter it is about."""

    def __init__(
        self, message: str, *, status: int = 400, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code

    @property
    def document(self) -> dict[str, Any]:
        """The answer's body."""
        return {
            "error": {
                "message": str(self),
                "type": "invalid_request_error",
                "param": self.param,
                "code": self.code,
            }
        }


def _text(content: Any) -> Any:
    """Join the parts of a message; nothing but text can be read here."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    kinds = [part.get("type") if isinstance(part, dict) else None for part in content]
    if any(kind != "text" for kind in kinds):
        raise ValueError("these models read text only; parts of other types are refused")
    return "\n".join(str(part.get("text", "")) for part in content)


def _absent(value: Any) -> Any:
    if value in (None, False, 0, "none", [], {}, {"type": "text"}):
        return None
    raise ValueError("this provider does not support it; leave it out")


# Every token is compared with them, so they are short.
Stop = Annotated[str, Field(min_length=1, max_length=200)]
Unsupported = Annotated[None, BeforeValidator(_absent)]


class Message(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, BeforeValidator(_text)]


class StreamOptions(BaseModel):
    """Whether the counts of tokens come as a last chunk."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A request; null means the default. What would change the answer and is unknown is refused."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    model: str
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1, le=MAX_OUTPUT_TOKENS)
    max_completion_tokens: int | None = Field(None, ge=1, le=MAX_OUTPUT_TOKENS)
    min_tokens: int | None = Field(None, ge=0, le=MAX_OUTPUT_TOKENS)
    ignore_eos: bool | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    seed: int | None = None
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = None
    n: Literal[1] | None = None
    tools: Unsupported = None
    functions: Unsupported = None
    logprobs: Unsupported = None
    response_format: Unsupported = None
    logit_bias: Unsupported = None
    presence_penalty: Unsupported = None
    frequency_penalty: Unsupported = None

    @property
    def output_tokens_max(self) -> int:
        """The longest answer that is wanted, in tokens."""
        return self.max_completion_tokens or self.max_tokens or DEFAULT_MAX_TOKENS

    @property
    def output_tokens_min(self) -> int:
        """The shortest answer, in tokens: all of it where a measurement ignores the end."""
        shortest = self.output_tokens_max if self.ignore_eos else self.min_tokens or 1
        return min(shortest, self.output_tokens_max)

    @property
    def stops(self) -> list[str]:
        """The stop sequences."""
        return [self.stop] if isinstance(self.stop, str) else self.stop or []

    @property
    def sampling(self) -> Sampling:
        """How to choose tokens."""
        return Sampling(
            temperature=DEFAULT_TEMPERATURE if self.temperature is None else self.temperature,
            top_p=1.0 if self.top_p is None else self.top_p,
            seed=self.seed,
        )

    @property
    def turns(self) -> list[Turn]:
        """The conversation as the models see it."""
        return [Turn(each.role == "assistant", each.content) for each in self.messages]

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with the counts of tokens."""
        return self.stream_options is not None and bool(self.stream_options.include_usage)


def parse(body: bytes) -> ChatRequest:
    """Read a body. Raises RequestError that names the first parameter that is wrong."""
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        param = ".".join(str(step) for step in first["loc"]) or None
        where = f"{param}: " if param else ""
        what = first["msg"].removeprefix("Value error, ")
        raise RequestError(f"{where}{what}", param=param) from error
