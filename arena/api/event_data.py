"""Base of the public shapes of events."""

from pydantic import BaseModel, ConfigDict


class EventData(BaseModel):
    """Public fields of an event, read off the typed event."""

    model_config = ConfigDict(from_attributes=True)
