"""Public fields of the events about runs and runners.

Only what the owner has published, and machines that may work for others. All else about runs and
runners stays private: even that a private run exists.
"""

from uuid import UUID

from pydantic import Field

from arena.api.event_data import EventData
from benchmarks.events import Attribution, RunPublished, RunReproduced, RunRetracted
from workers.events import RunnerApproved


class RunPublishedData(EventData):
    """The owner of a run has published it."""

    run_id: UUID
    attribution: Attribution
    licence: str = Field(description="SPDX identifier.")
    payload_sha256: str = Field(description="Of exactly what the owner was shown before.")


class RunReproducedData(EventData):
    """Two published runs of two owners agree."""

    run_id: UUID
    by_run_id: UUID
    metric: str
    relative_difference: float
    tolerance: float


class RunRetractedData(EventData):
    """The owner has taken a published run back."""

    run_id: UUID
    reason: str
    superseded_by: UUID | None


class RunnerApprovedData(EventData):
    """A machine may take runs that others ask for."""

    runner_id: UUID


RunData = RunPublishedData | RunReproducedData | RunRetractedData | RunnerApprovedData
RUNS: dict[type, type[RunData]] = {
    RunPublished: RunPublishedData,
    RunReproduced: RunReproducedData,
    RunRetracted: RunRetractedData,
    RunnerApproved: RunnerApprovedData,
}
