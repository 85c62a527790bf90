"""Shapes of the sign-in of agents."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from arena.api.schemas import Text

DEVICE_CODE = r"^[0-9A-Za-z]{43}$"


class NewDevice(BaseModel):
    """A program that wants to act as somebody's runner."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"client_name": "arena-runner 0.1"}]}
    )

    client_name: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[ -~]*[!-~][ -~]*$")]


class Device(BaseModel):
    """A sign-in that waits: show `user_code` and the address to the owner of the machine."""

    device_code: str = Field(description="Secret; redeem it at `device/token`.")
    user_code: str = Field(description="Eight letters that the owner types in the browser.")
    verification_url: str
    interval_s: int = Field(description="Ask no more often than every so many seconds.")
    expires_in_s: int


class DeviceCode(BaseModel):
    """A device code as it was given out."""

    model_config = ConfigDict(extra="forbid")

    device_code: Annotated[str, Field(pattern=DEVICE_CODE)]


class DevicePending(BaseModel):
    """Nobody has confirmed the sign-in yet."""

    status: Literal["pending"] = "pending"


class DeviceKey(BaseModel):
    """The key that the sign-in is good for. It is shown this once."""

    api_key: str
    key_id: UUID
    expires_at: datetime
    tenant: str = Field(description="Slug of the arena.")


class WhoAmI(BaseModel):
    """What a key is and whose."""

    key_id: UUID
    name: str
    scopes: list[str]
    tenant: str = Field(description="Slug of the arena.")
    tenant_name: str
    owner: Text = Field(description="`actor_id` of the key's maker; `platform` for the operator.")
