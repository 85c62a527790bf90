"""Every facet of every board. To add one, add an entry to FACETS and a test; no migration.

Its key is the parameter of the address, so it must be no other parameter of a board's pages.
"""

from collections.abc import Callable, Iterable
from typing import Final, get_args

from django.utils import timezone

from benchmarks.events import Modality
from benchmarks.sovereignty import NOT_APPLICABLE, criteria
from leaderboards.cells import Cell
from leaderboards.facets.facet import Bound, Choice, Facet
from leaderboards.facets.place import Place
from leaderboards.size_classes import class_of, size_classes

OWN: Final = "own-hardware"
AGE: Final = "max_age_days"
_BILLION: Final = 1e9
_OWN_LABEL: Final = "nobody but the user"
_TRUST: Final = {
    "T1": "T1, signed by a registered runner",
    "T2": "T2, with a self-test just before",
    "T3": "T3, repeated by another owner",
    "T4": "T4, on the platform's machine",
}


def _of_deployment(name: str) -> Callable[[Place], Iterable[str]]:
    def values(place: Place) -> Iterable[str]:
        value = getattr(place.deployment, name, None)
        return () if value is None else (str(value),)

    return values


def _of_model(name: str) -> Callable[[Place], Iterable[str]]:
    def values(place: Place) -> Iterable[str]:
        value = getattr(place.model, name, None)
        return () if value is None else (str(value),)

    return values


def _size_class(place: Place) -> Iterable[str]:
    found = class_of(place.model.total_parameters) if place.model else None
    return () if found is None else (found.slug,)


def _modalities(place: Place) -> Iterable[str]:
    return place.model.input_modalities if place.model else ()


def _active_billions(place: Place) -> float | None:
    found = place.model.active_parameters if place.model else None
    return None if found is None else found / _BILLION


def _context(place: Place) -> float | None:
    found = place.model.context_tokens if place.model else None
    return None if found is None else float(found)


def _open_weights(place: Place) -> Iterable[str]:
    is_open = place.model.weights_open if place.model else None
    return () if is_open is None else ("yes" if is_open else "no",)


def _is_own(place: Place) -> bool:
    answer = place.answers.get("A1")
    return answer is not None and answer.value == "own_hardware"


def _jurisdiction(place: Place) -> Iterable[str]:
    if _is_own(place):
        return (OWN,)
    answer = place.answers.get("B1")
    return answer.countries if answer else ()


def _answer(criterion: str, *, is_of_operator: bool = True) -> Callable[[Place], Iterable[str]]:
    def values(place: Place) -> Iterable[str]:
        answer = place.answers.get(criterion)
        if is_of_operator and (_is_own(place) or (answer and answer.value == NOT_APPLICABLE)):
            return (OWN,)
        return (answer.value,) if answer else ()

    return values


def _labels(criterion: str, *, is_of_operator: bool = True) -> dict[str, str]:
    options = criteria().criterion(criterion).options
    own = {OWN: _OWN_LABEL} if is_of_operator else {}
    return own | {value: option.label for value, option in options.items()}


def _amount(cell: Cell | None) -> float | None:
    value = cell["value"] if cell else None
    return None if value is None or isinstance(value, bool) else float(value)


def _votes(place: Place) -> float:
    # No vote is a number of votes, unlike a price that nobody stated.
    return _amount(place.cells.get("votes")) or 0.0


def _runs(place: Place) -> float:
    return float(place.speed.run_count) if place.speed else 0.0


def _age_days(place: Place) -> float | None:
    if place.speed is None:
        return None
    read_at = place.at or timezone.now()
    return (read_at - place.speed.measured_at).total_seconds() / 86_400


FACETS: Final[tuple[Facet, ...]] = (
    Choice(
        key="section",
        title="Standing",
        of=lambda place: (place.section,),
        labels={
            "rated": "rated",
            "preliminary": "preliminary",
            "unrated": "not rated",
            "measured": "measured, no votes",
            "claims": "claims from elsewhere",
        },
        is_always_stated=True,
    ),
    Choice(key="quantization", title="Quantization", of=_of_deployment("quantization")),
    Choice(key="engine", title="Engine", of=_of_deployment("engine")),
    Choice(key="hardware", title="Hardware", of=_of_deployment("hardware")),
    Choice(key="nodes", title="Nodes", of=_of_deployment("node_count")),
    Choice(key="operator", title="Operator", of=_of_deployment("operator")),
    Choice(key="developer", title="Developer", of=_of_model("developer")),
    Choice(key="licence", title="Licence", of=_of_model("licence")),
    Choice(
        key="licence_class",
        title="Licence class",
        of=_answer("F1", is_of_operator=False),
        labels=_labels("F1", is_of_operator=False),
    ),
    Choice(
        key="open_weights",
        title="Open weights",
        of=_open_weights,
        labels={"yes": "yes", "no": "no"},
    ),
    Choice(
        key="processing",
        title="Prompts processed",
        of=_answer("A1", is_of_operator=False),
        labels=_labels("A1", is_of_operator=False),
    ),
    Choice(key="jurisdiction", title="Jurisdiction of the parent", of=_jurisdiction),
    Choice(key="retention", title="Prompts kept", of=_answer("C1"), labels=_labels("C1")),
    Choice(key="training", title="Training on your data", of=_answer("D1"), labels=_labels("D1")),
    Choice(
        key="trust",
        title="Trust of the runs",
        of=lambda place: (place.speed.trust_level,) if place.speed else (),
        labels=_TRUST,
    ),
    Choice(
        key="size_class",
        title="Size",
        of=_size_class,
        labels={item.slug: item.title for item in size_classes().classes},
    ),
    Choice(
        key="modality",
        title="Reads",
        of=_modalities,
        labels={word: word for word in get_args(Modality)},
    ),
    Bound(
        key="max_active",
        title="Active parameters",
        unit="B",
        keeps="at most",
        of=_active_billions,
        low=0,
        high=100_000,
    ),
    Bound(
        key="min_context",
        title="Context",
        unit="tokens",
        keeps="at least",
        of=_context,
        low=0,
        high=1_000_000_000,
    ),
    Bound(
        key="max_price",
        title="Price",
        unit="USD/M output tokens",
        keeps="at most",
        of=lambda place: _amount(place.cells.get("output_usd_per_million_tokens")),
        low=0,
        high=100_000,
    ),
    Bound(
        key="min_votes",
        title="Votes",
        unit="votes",
        keeps="at least",
        of=_votes,
        low=0,
        high=1_000_000_000,
    ),
    Bound(
        key="min_runs", title="Runs", unit="runs", keeps="at least", of=_runs, low=0, high=1_000_000
    ),
    Bound(
        key=AGE,
        title="Last run",
        unit="days ago",
        keeps="at most",
        of=_age_days,
        low=0,
        high=36_500,
        is_lifted_by_any=True,
    ),
)
BY_KEY: Final = {facet.key: facet for facet in FACETS}
