"""Which votes of a board name builds, from the counts of battles between deployments.

Only models are kept of which two builds or more have votes; of all others there is nothing to tell.
"""

from collections.abc import Iterable, Mapping
from operator import add

import voting.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo
from leaderboards.build_scores import Build, BuildVotes
from voting.counting import Counts
from voting.queries import DeploymentRow


def read(
    *, tenant: Tenant, board: str, deployments: Mapping[str, DeploymentInfo]
) -> list[BuildVotes]:
    """Return the votes of a board that name builds of models with several of them."""
    wanted = _candidates(deployments)
    if not wanted:
        return []
    rows = voting.queries.deployment_counts(tenant=tenant, board=board, deployments=wanted)
    return of_rows(rows, deployments)


def of_counts(
    counts: Counts, *, board: str, deployments: Mapping[str, DeploymentInfo]
) -> list[BuildVotes]:
    """Return from counts of the past what `read` gave then."""
    rows = [
        DeploymentRow(pair.deployment_a, pair.deployment_b, *votes)
        for pair, votes in counts.fielded.items()
        if pair.board == board
    ]
    return of_rows(rows, deployments)


def of_rows(
    rows: Iterable[DeploymentRow], deployments: Mapping[str, DeploymentInfo]
) -> list[BuildVotes]:
    """Return the votes by build, sorted; those of a deployment that is not known are left out."""
    builds = _builds(deployments)
    met = [
        (builds[row.deployment_a], builds[row.deployment_b], row[2:])
        for row in rows
        if row.deployment_a in builds and row.deployment_b in builds and any(row[2:])
    ]
    several = _with_several({build for a, b, _ in met for build in (a, b)})
    summed: dict[tuple[Build, Build], tuple[int, ...]] = {}
    for a, b, (wins_a, wins_b, *draws) in met:
        for pair, votes in (((a, b), (wins_a, wins_b, *draws)), ((b, a), (wins_b, wins_a, *draws))):
            if pair[0] in several:
                before = summed.get(pair)
                summed[pair] = tuple(map(add, before, votes)) if before else votes
    return [
        BuildVotes(*pair, *summed[pair])
        for pair in sorted(summed, key=lambda pair: (pair[0], pair[1].model, pair[1][1] or ""))
    ]


def _candidates(deployments: Mapping[str, DeploymentInfo]) -> list[str]:
    """Deployments of the models that are registered in several quantizations."""
    builds = _builds(deployments)
    several = _with_several(set(builds.values()))
    return [slug for slug, build in builds.items() if build in several]


def _builds(deployments: Mapping[str, DeploymentInfo]) -> dict[str, Build]:
    return {slug: Build(info.model_slug, info.quantization) for slug, info in deployments.items()}


def _with_several(builds: set[Build]) -> set[Build]:
    """Those that state a quantization, of models that have two such or more."""
    of_model: dict[str, set[Build]] = {}
    for build in builds:
        if build.quantization is not None:
            of_model.setdefault(build.model, set()).add(build)
    return {build for found in of_model.values() if len(found) > 1 for build in found}
