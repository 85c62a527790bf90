"""Settings of one agent, in one JSON file."""

import os
import re
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from arena_runner.agent import files
from arena_runner.agent.errors import InvalidInput
from arena_runner.agent.paths import Paths

URL_VARIABLE: Final = "ARENA_URL"
_HOURS: Final = re.compile(r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
_OURS: Final = "Value error, "
_MAPS: Final = ("endpoints", "datasets")
_Address = Annotated[str, Field(pattern=r"^https?://[^\s@]+$", max_length=300)]


class Limits(BaseModel):
    """What the owner allows; None or empty for no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hours_utc: tuple[str, ...] = Field(default=(), description="Such as `22:00-06:00`.")
    max_power_watts: int | None = Field(default=None, ge=1, le=1_000_000)
    max_temperature_celsius: int | None = Field(default=None, ge=1, le=150)
    only_when_idle: bool = Field(default=False, description="Never while others use the GPU.")
    allowed_images: tuple[str, ...] = Field(
        default=(), description="Prefixes of container images, registry first."
    )

    @field_validator("hours_utc")
    @classmethod
    def _are_hours(cls, hours: tuple[str, ...]) -> tuple[str, ...]:
        for span in hours:
            if not _HOURS.match(span):
                raise ValueError(f"{span!r} is not a span of hours such as 22:00-06:00")
        return hours


class Configuration(BaseModel):
    """All settings. Keys and passwords are never among them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: _Address | None = Field(default=None, description="Address of the arena.")
    tenant: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]{0,62}$",
        description="Arena below that address, where it is not the main one: /t/<tenant>/.",
    )
    runner_id: UUID | None = Field(default=None, description="As the arena knows this machine.")
    offline_runner_id: UUID | None = Field(
        default=None, description="Drawn here for offline runs before the machine is registered."
    )
    name: str | None = Field(default=None, min_length=1, max_length=80)
    tags: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._:-]{0,59}$")], ...] = ()
    endpoints: dict[str, _Address] = Field(
        default_factory=dict,
        max_length=200,
        description="Where models are served: name of the model, or `default`, to its address.",
    )
    datasets: dict[str, Annotated[str, Field(pattern=r"^/", max_length=500)]] = Field(
        default_factory=dict,
        max_length=50,
        description="Files of published prompts that some profiles want, by their name.",
    )
    models_folder: str | None = Field(
        default=None,
        max_length=500,
        pattern=r"^/",
        description="Weights on this machine, read-only at /models in a container.",
    )
    pass_variables: tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")], ...] = (
        Field(
            default=(),
            max_length=50,
            description="Variables that engines get from the agent's, such as HF_TOKEN.",
        )
    )
    limits: Limits = Limits()

    @property
    def arena_url(self) -> str | None:
        """Return the address of the arena with its prefix; ARENA_URL goes before."""
        url = os.environ.get(URL_VARIABLE) or self.url
        if url is None or self.tenant is None or os.environ.get(URL_VARIABLE):
            return url
        return f"{url.rstrip('/')}/t/{self.tenant}"


def load(paths: Paths) -> Configuration:
    """Return the settings, or the usual ones; raise InvalidInput."""
    content = files.read_json(paths.configuration)
    return Configuration() if content is None else checked(content, str(paths.configuration))


def store(paths: Paths, configuration: Configuration) -> None:
    """Keep the settings."""
    files.write_json(paths.configuration, configuration.model_dump(mode="json"))


def changed(configuration: Configuration, name: str, text: str | None) -> Configuration:
    """Return the settings with one of them set from text, or unset; raise InvalidInput.

    `name` is one of `setting_names`. Lists are written with commas.
    """
    whole = configuration.model_dump(mode="json")
    group, dot, rest = name.partition(".")
    if dot and group in _MAPS:
        whole[group].pop(rest, None)
        if text is not None:
            whole[group][rest] = text
        return checked(whole, name)
    owner, field = (whole["limits"], rest) if dot and group == "limits" else (whole, name)
    if field not in owner or isinstance(owner[field], dict):
        raise InvalidInput(
            "unknown-setting",
            f"there is no setting {name!r}",
            remedy=f"One of {', '.join(setting_names())}",
        )
    if text is None:
        del owner[field]
    else:
        owner[field] = text.split(",") if isinstance(owner[field], list) else text
    return checked(whole, name)


def setting_names() -> tuple[str, ...]:
    """Return what `changed` understands."""
    plain = [name for name in Configuration.model_fields if name not in {"limits", *_MAPS}]
    limits = [f"limits.{name}" for name in Limits.model_fields]
    return (*plain, *limits, "endpoints.<model>", "datasets.<name>")


def checked(content: Any, where: str) -> Configuration:
    """Return settings that are such; raise InvalidInput, which names `where` and the field."""
    try:
        return Configuration.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        problems = tuple(
            (".".join(map(str, fault["loc"])), fault["msg"].removeprefix(_OURS)) for fault in faults
        )
        raise InvalidInput(
            "bad-setting",
            f"{where}: {problems[0][1]}" if len(problems) == 1 else f"{where} cannot be used",
            remedy="arena-runner config lists the settings",
            problems=problems,
        ) from None
