"""The six hypothetical deployments of the methodology, from their file."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.sovereignty import Fact, expiry_of

FILE: Final = Path(__file__).with_name("data") / "archetypes.yaml"
STATED_ON: Final = date(2026, 11, 1)


def archetypes() -> dict[str, dict[str, Any]]:
    """Return the entries of the file by name."""
    entries: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return entries


def facts_of(name: str, *, stated_on: date = STATED_ON) -> list[Fact]:
    """Return the facts of one of them, in the order of criteria."""
    entry = archetypes()[name]
    stated = {fact.criterion: fact for fact in facts_of(entry["like"])} if "like" in entry else {}
    raw: dict[str, Any] = {key: fact.value for key, fact in stated.items()} | entry["facts"]
    facts = []
    for criterion, given in sorted(raw.items()):
        value, *countries = given if isinstance(given, list) else [given]
        if criterion not in entry["facts"]:
            countries = list(stated[criterion].countries)
        facts.append(
            Fact(
                criterion=criterion,
                value=value,
                countries=tuple(countries),
                evidence="E1" if criterion in entry.get("claims", ()) else "E2",
                stated_on=stated_on,
                expires_on=expiry_of(stated_on, None),
            )
        )
    return facts
