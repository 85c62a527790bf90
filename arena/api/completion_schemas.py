"""The part of OpenAI's chat completions that a battle can answer."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, model_validator

from arena.api.battle_schemas import PromptText
from arena.api.schemas import Text
from voting.state import MAX_TURNS
from voting.voters import CONSENT_VERSION

MODEL = r"^arena(/[a-z0-9_-]{1,200})?$"


class TextPart(BaseModel):
    """A piece of a message's text."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["text"]
    text: str


class CompletionMessage(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "developer", "user", "assistant"]
    content: PromptText | Annotated[list[TextPart], Field(min_length=1, max_length=100)]

    @property
    def text(self) -> str:
        """Return the whole text."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """Taken for the sake of clients that always send it; there is no usage to include."""

    model_config = ConfigDict(extra="forbid")

    include_usage: StrictBool = False
    include_obfuscation: StrictBool = False


class CompletionMetadata(BaseModel):
    """What a battle needs to know besides the messages; texts, as OpenAI has it."""

    model_config = ConfigDict(extra="forbid")

    consent_version: Text | None = Field(
        None, description="Of the terms the voter agreed to; needed to start a battle."
    )
    battle_id: UUID | None = Field(None, description="The battle to continue.")
    publish_prompt: Literal["true", "false"] = "false"
    speed_hidden: Literal["true", "false"] = "true"


class NewCompletion(BaseModel):
    """A chat completion by two hidden models. What is not listed here is refused, null is not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "model": "arena",
                    "messages": [{"role": "user", "content": "Why is the sky blue?"}],
                    "metadata": {"consent_version": CONSENT_VERSION},
                }
            ]
        },
    )

    model: Annotated[str, Field(pattern=MODEL)] = Field(
        description="`arena`, or `arena/` and the slug of a board."
    )
    messages: Annotated[list[CompletionMessage], Field(min_length=1, max_length=2 * MAX_TURNS + 1)]
    stream: StrictBool = False
    stream_options: StreamOptions | None = None
    n: Annotated[StrictInt, Field(ge=2, le=2)] | None = Field(
        None, description="There are always two answers."
    )
    user: Text | None = Field(None, description="Your id of the voter, as `voter` of a battle.")
    metadata: CompletionMetadata = Field(default_factory=CompletionMetadata)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: Any) -> Any:
        """Leave out what is null: clients send every parameter they know."""
        if isinstance(value, dict):
            return {name: given for name, given in value.items() if given is not None}
        return value


class AnswerMessage(BaseModel):
    """An answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None


class Choice(BaseModel):
    """One side's answer: index 0 is side a, 1 is side b."""

    index: Literal[0, 1]
    message: AnswerMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = Field(
        "stop", description="For both alike: it could tell the models apart."
    )


class CompletionBattle(BaseModel):
    """The battle behind a completion."""

    battle_id: UUID
    turn: int
    battle_url: str
    vote_url: str = Field(description="POST the vote here, with the same key.")


class ChatCompletion(BaseModel):
    """Two answers. `usage` is left out: token counts would tell the models apart."""

    id: str = Field(description="`battle-` and the id of the battle.")
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix time at which the battle was started.")
    model: str
    choices: list[Choice]
    arena: CompletionBattle
