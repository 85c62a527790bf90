"""Event types of the store's own tests."""

from dataclasses import dataclass
from typing import Any, ClassVar

from typing_extensions import override

from arena.eventstore.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class CounterMoved(DomainEvent):
    """A counter was moved."""

    amount: float
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class RoomRenamed(DomainEvent):
    """Version 2 speaks of `name` where version 1 said `title`."""

    VERSION: ClassVar[int] = 2
    name: str

    @classmethod
    @override
    def upcast(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        if version == 1:
            return {"name": data["title"]}
        return super().upcast(data, version)
