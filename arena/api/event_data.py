"""Base of the public shapes of events."""

import json

from pydantic import BaseModel, ConfigDict

from arena.eventstore.chain import normalise


class EventData(BaseModel):
    """Public fields of an event, read off the typed event."""

    model_config = ConfigDict(from_attributes=True)

    def spelled(self) -> list[tuple[str, str]]:
        """Return the fields that say something, each as the log's JSON spells it."""
        return [
            (name, value if isinstance(value, str) else json.dumps(normalise(value)))
            for name, value in self.model_dump(mode="json").items()
            if value is not None and value != ""
        ]
