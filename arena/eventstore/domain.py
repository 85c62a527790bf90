"""What an event is: a frozen dataclass in the past tense, its version, and how it is stored."""

import dataclasses
import enum
import types
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal, Self, Union, get_args, get_origin, get_type_hints

from typing_extensions import override


class Outcome(enum.Enum):
    """What became of one event of a batch that may have been sent before."""

    APPENDED = "appended"
    PRESENT = "present"
    """The log held it before."""
    CONFLICT = "conflict"
    """The log holds another event of this id; nothing was appended for this one."""


class DomainError(Exception):
    """A command was refused by a rule. The message says what, where and how to mend."""


class ConcurrencyError(DomainError):
    """The stream has moved on since the decision was taken. Read it again and decide anew."""


class IdempotencyConflict(DomainError):
    """An event of this id exists in the tenant's log with another content."""


class UnknownEvent(Exception):
    """The log holds an event type that this code does not know."""


_registry: dict[str, type["DomainEvent"]] = {}


@dataclasses.dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Base of all events. Subclasses are frozen dataclasses of plain values, units in the names.

    A value may be a frozen dataclass of plain values itself, or a tuple of such.

    An additive change is a new field with a default. A change of meaning raises `VERSION` and
    teaches `upcast` the old shape; stored rows are never edited.
    """

    VERSION: ClassVar[int] = 1

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__ in _registry:
            raise TypeError(f"event type {cls.__name__} is defined twice")
        _registry[cls.__name__] = cls

    @classmethod
    def upcast(cls, data: dict[str, Any], version: int) -> dict[str, Any]:
        """Return data of an older `version` in the present shape."""
        raise UnknownEvent(f"{cls.__name__} version {version} is newer than {cls.VERSION}")

    def to_data(self) -> dict[str, Any]:
        """Return the fields as JSON values: ids and times as strings, tuples as lists."""
        return {name: encode(getattr(self, name)) for name, encode, _ in _codecs(type(self))}

    @classmethod
    def from_data(cls, data: dict[str, Any], version: int) -> Self:
        """Build the event from stored JSON values of any version ever shipped."""
        if version != cls.VERSION:
            data = cls.upcast(data, version)
        return cls(**{name: decode(data[name]) for name, _, decode in _codecs(cls) if name in data})


def event_type(name: str) -> type[DomainEvent]:
    """Return the class of a stored type name; raise UnknownEvent."""
    try:
        return _registry[name]
    except KeyError:
        raise UnknownEvent(f"no event type is called {name!r}") from None


def event_types() -> dict[str, type[DomainEvent]]:
    """Return every registered event type by name."""
    return dict(_registry)


Codec = Callable[[Any], Any]
_codec_cache: dict[type, list[tuple[str, Codec, Codec]]] = {}


def _codecs(cls: type) -> list[tuple[str, Codec, Codec]]:
    """Return (field, encode, decode) of a class, worked out once from its annotations."""
    if cls not in _codec_cache:
        hints = get_type_hints(cls)
        _codec_cache[cls] = [
            (field.name, *_codec(hints[field.name], f"{cls.__name__}.{field.name}"))
            for field in dataclasses.fields(cls)
        ]
    return _codec_cache[cls]


def _same(value: Any) -> Any:
    return value


def _encode_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_PLAIN: dict[Any, tuple[Codec, Codec]] = {
    str: (_same, _same),
    int: (_same, _same),
    bool: (_same, _same),
    float: (_same, float),
    uuid.UUID: (str, uuid.UUID),
    datetime: (_encode_time, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
}


def _codec(hint: Any, where: str) -> tuple[Codec, Codec]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _same, _same
    if origin in (Union, types.UnionType):
        inner = [arg for arg in args if arg is not type(None)]
        if len(inner) == 1:
            encode, decode = _codec(inner[0], where)
            return (
                lambda value: None if value is None else encode(value),
                lambda value: None if value is None else decode(value),
            )
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        encode, decode = _codec(args[0], where)
        return (
            lambda value: [encode(item) for item in value],
            lambda value: tuple(decode(item) for item in value),
        )
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _part_codec(hint)
    raise TypeError(f"{where}: events cannot hold {hint!r}")


def _part_codec(cls: type) -> tuple[Codec, Codec]:
    """Return the codecs of a frozen dataclass that stands inside an event, as a JSON object."""
    codecs = _codecs(cls)
    return (
        lambda part: {name: encode(getattr(part, name)) for name, encode, _ in codecs},
        lambda data: cls(
            **{name: decode(data[name]) for name, _, decode in codecs if name in data}
        ),
    )
