"""The rows of a board as a pure function of its sources."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypedDict

from benchmarks.queries import DeploymentInfo
from leaderboards.cells import Cell
from leaderboards.columns import COLUMNS
from leaderboards.sources import Sources, Subject
from leaderboards.tiers import tiers

Section = Literal["rated", "unrated", "claims"]


class ModelName(TypedDict):
    """How a row names its model."""

    slug: str
    name: str


class Row(TypedDict):
    """One row as pages, the API, exports and the websocket show it.

    `tier`, `rank_best` and `rank_worst` are None outside the section `rated`.
    """

    key: str
    order: int
    section: Section
    tier: int | None
    rank_best: int | None
    rank_worst: int | None
    model: ModelName
    deployment: str | None
    cells: dict[str, Cell]


def build(sources: Sources) -> list[Row]:
    """Every row in order: rated models by rating, then models without one, then claims alone.

    A model in several deployments has a row for each, and they share its rating. Claims are in
    the order of names, since nothing makes numbers of different sources comparable.
    """
    placing_of = {placing.model: placing for placing in tiers(sources.fit)}
    cell_of = {column.key: column.cells(sources) for column in COLUMNS}

    def row(order: int, section: Section, subject: Subject) -> Row:
        placing = placing_of.get(subject.model)
        deployment = sources.deployments[subject.deployment] if subject.deployment else None
        return {
            "key": f"deployment:{deployment.slug}" if deployment else f"model:{subject.model}",
            "order": order,
            "section": section,
            "tier": placing.tier if placing else None,
            "rank_best": placing.rank_best if placing else None,
            "rank_worst": placing.rank_worst if placing else None,
            "model": {"slug": subject.model, "name": _name(sources, subject.model)},
            "deployment": label(deployment) if deployment else None,
            "cells": {key: cell(subject) for key, cell in cell_of.items()},
        }

    return [
        row(order, section, subject)
        for order, (section, subject) in enumerate(_subjects(sources), start=1)
    ]


def label(deployment: DeploymentInfo) -> str:
    """The deployment in one line: quantization, engine, hardware and count, operator."""
    hardware = deployment.hardware
    if hardware and deployment.node_count and deployment.node_count > 1:
        hardware = f"{deployment.node_count} × {hardware}"
    parts = (deployment.quantization, deployment.engine, hardware, deployment.operator)
    return " · ".join(part for part in parts if part)


def _subjects(sources: Sources) -> Iterator[tuple[Section, Subject]]:
    """Every model with votes or claims, once per deployment, in the order of the board."""
    of_model: dict[str, list[str | None]] = {}
    for slug in sorted(sources.deployments):
        of_model.setdefault(sources.deployments[slug].model_slug, []).append(slug)
    unrated = _by_name(sources, (row.model for row in sources.fit.unrated))
    claimed = {deployment for deployment, _ in sources.claims}
    sections: list[tuple[Section, list[str]]] = [
        ("rated", [row.model for row in sources.fit.ratings]),
        ("unrated", unrated),
        ("claims", _by_name(sources, of_model.keys() - sources.votes.keys())),
    ]
    for section, models in sections:
        for model in models:
            for deployment in of_model.get(model, [None]):
                if section != "claims" or deployment in claimed:
                    yield section, Subject(model, deployment)


def _by_name(sources: Sources, models: Iterable[str]) -> list[str]:
    return sorted(models, key=lambda slug: (_name(sources, slug).casefold(), slug))


def _name(sources: Sources, model: str) -> str:
    """The model's name; its slug while the projection of models is behind that of votes."""
    known = sources.models.get(model)
    return known.name if known else model
