"""What the doctor of an agent found: one line a check, with the way to mend it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["pass", "warn", "fail"]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class Finding(BaseModel):
    """One check. `found` and `mend` name no host, address, file of a person or key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    level: Level
    title: str = Field(max_length=120)
    found: str = Field(max_length=600)
    mend: str = Field(default="", max_length=600, description="Empty where nothing is to do.")
