"""Whether a number that a text states can be true: the rules of runs, asked of claims.

A claim comes without samples and often without a prompt, so fewer rules can be asked. What they
find never removes a claim: it is shown with the reason, and stays off the boards.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from benchmarks.hardware import capability, hardware_named
from benchmarks.plausibility.evidence import PointEvidence
from benchmarks.plausibility.finding import Finding
from benchmarks.plausibility.speculation import MOST_ACCEPTED, Speculation
from benchmarks.plausibility.speed_rules import (
    bandwidth_roofline,
    burst,
    ttft_too_long,
    ttft_zero,
)
from benchmarks.plausibility.weights import Weights, is_dense, weights_named

ClaimStatus = Literal["stated", "flagged", "quarantined"]

_PLACEHOLDERS: Final = frozenset({"frontier", "model", "default", "unknown", "test"})
_DISCOVERED: Final = re.compile(r"^discovered:\d+$")
_SPECULATES: Final = re.compile(r"\bspec\b|lookup|eagle|\bmtp\b", re.IGNORECASE)
_FLAGS: Final = frozenset({"bandwidth_roofline", "unresolved_name"})
"""Doubts about a claim that may rest on something the text does not say; others quarantine it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedRow:
    """What one row of a text states of one deployment under one condition."""

    model: str
    quantization: str | None = None
    engine: str | None = None
    hardware: str | None = None
    node_count: int | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    """By metric of the claims, in its unit."""
    size_gb: float | None = None
    """Smallest size of the weights that the same text states for the model, 10^9 bytes."""


def claim_findings(row: ClaimedRow) -> list[Finding]:
    """Return what speaks against a row: its name, its wait, its speed and its memory."""
    point = _point(row)
    return [
        *_names(row.model),
        *ttft_zero(point),
        *ttft_too_long(point),
        *burst(point),
        *_bandwidth(row, point),
    ]


def claim_status(findings: Iterable[Finding]) -> ClaimStatus:
    """Return the gravest of what the findings ask for; `stated` without any."""
    codes = {finding.code for finding in findings}
    if codes - _FLAGS:
        return "quarantined"
    return "flagged" if codes else "stated"


def _point(row: ClaimedRow) -> PointEvidence:
    """One request at a time is assumed, as the texts do: it favours the claim nowhere."""
    values = dict(row.values)
    if "ttft_ms" in values:
        values["ttft_ms_mean"] = values.pop("ttft_ms")
    return PointEvidence(
        key=row.model,
        concurrency=1,
        prompt="",
        input_tokens=None,
        output_tokens=None,
        values=values,
    )


def _names(model: str) -> Iterator[Finding]:
    if model.casefold() in _PLACEHOLDERS:
        yield Finding(
            code="placeholder_name",
            message=f"{model!r} names no model: it is the role of whichever model was set at the"
            " time, so the figures cannot be attributed.",
        )
    elif _DISCOVERED.match(model):
        yield Finding(
            code="unresolved_name",
            message=f"{model!r} is an address, not a model: nobody has said what answered there.",
        )


def _bandwidth(row: ClaimedRow, point: PointEvidence) -> Iterator[Finding]:
    hardware = hardware_named(row.hardware or "")
    weights = _weights(row)
    if hardware is None or weights is None:
        return
    rated = capability(None, nodes=row.node_count or 1, slug=hardware.slug)
    if isinstance(rated, str):
        return
    speculates = _SPECULATES.search(row.engine or "") is not None
    speculation = Speculation(
        is_declared=speculates,
        is_known=row.engine is not None,
        tokens_per_pass=MOST_ACCEPTED if speculates else 1.0,
    )
    yield from bandwidth_roofline(point, weights, rated, speculation)


def _weights(row: ClaimedRow) -> Weights | None:
    """Return what a token reads: by name and quantization, else by the size of a dense model."""
    found = weights_named(row.model, row.quantization)
    if not isinstance(found, str):
        return found
    if row.size_gb is None:
        return None
    by_name = weights_named(row.model, "fp8") if is_dense(row.model) else ""
    if isinstance(by_name, str):
        return None
    bits = row.size_gb * 8e9 / by_name.active_parameters
    return replace(
        by_name, bits=bits, source=f"{row.size_gb:g} GB as the same text states for the model"
    )


def smallest_sizes(sizes: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return the smallest of (model, GB) by model: the least that a token may have to read."""
    found: dict[str, float] = {}
    for model, size_gb in sizes:
        found[model] = min(size_gb, found.get(model, size_gb))
    return found
