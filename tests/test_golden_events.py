"""Every event ever shipped must load for ever: one stored JSON per type and version."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from arena.eventstore import chain
from arena.eventstore.domain import event_type, event_types

GOLDEN = Path(__file__).parent / "golden" / "events"
SHIPPED_APPS = ("benchmarks.", "voting.", "leaderboards.", "workers.", "arena.")


def golden_files() -> list[Path]:
    return sorted(GOLDEN.glob("*.json"))


def load(path: Path) -> tuple[str, int, dict[str, Any]]:
    name, _, version = path.stem.partition(".v")
    return name, int(version), json.loads(path.read_text())


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_a_stored_event_loads_in_the_present_code(path: Path) -> None:
    name, version, data = load(path)
    event = event_type(name).from_data(data, version)
    again = event.to_data()
    assert type(event).from_data(again, event.VERSION) == event
    if version == event.VERSION:
        # Additive fields may have joined since; what was written must come back unchanged.
        assert {key: again[key] for key in data} == data
    chain.normalise(again)


def test_every_event_type_has_a_golden_file_of_its_present_version() -> None:
    shipped = {
        f"{name}.v{cls.VERSION}"
        for name, cls in event_types().items()
        if cls.__module__.startswith(SHIPPED_APPS)
    }
    assert shipped
    missing = shipped - {path.stem for path in golden_files()}
    assert not missing, f"write tests/golden/events/<type>.v<version>.json for {sorted(missing)}"


@pytest.mark.parametrize("path", golden_files(), ids=lambda path: path.stem)
def test_golden_files_fill_every_field_they_knew(path: Path) -> None:
    """A file of nulls would prove nothing: at most the fields added later may be absent."""
    name, version, data = load(path)
    cls = event_type(name)
    if version == cls.VERSION:
        required = {
            field.name
            for field in dataclasses.fields(cls)
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        }
        assert required <= set(data)
    assert all(value is not None for value in data.values())
