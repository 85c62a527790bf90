"""Which votes of a board name builds, from the counts of battles between deployments.

Only models are kept of which two builds or more have votes; of all others there is nothing to tell.
"""

from collections.abc import Iterable, Mapping

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
    summed: dict[tuple[Build, Build], list[int]] = {}
    for row in rows:
        left, right = (deployments.get(slug) for slug in (row.deployment_a, row.deployment_b))
        if left is None or right is None:
            continue
        a, b = (Build(info.model_slug, info.quantization) for info in (left, right))
        draws = (row.ties, row.both_bad)
        for pair, won in (((a, b), (row.wins_a, row.wins_b)), ((b, a), (row.wins_b, row.wins_a))):
            total = summed.setdefault(pair, [0, 0, 0, 0])
            for index, number in enumerate((*won, *draws)):
                total[index] += number
    found = [BuildVotes(*pair, *votes) for pair, votes in summed.items() if any(votes)]
    several = _with_several({item.build for item in found})
    return sorted(
        (item for item in found if item.build in several),
        key=lambda item: (item.build, item.opponent.model, item.opponent.quantization or ""),
    )


def _candidates(deployments: Mapping[str, DeploymentInfo]) -> list[str]:
    """Deployments of the models that are registered in several quantizations."""
    builds = {slug: Build(info.model_slug, info.quantization) for slug, info in deployments.items()}
    several = _with_several(set(builds.values()))
    return [slug for slug, build in builds.items() if build in several]


def _with_several(builds: set[Build]) -> set[Build]:
    """Those that state a quantization, of models that have two such or more."""
    of_model: dict[str, set[Build]] = {}
    for build in builds:
        if build.quantization is not None:
            of_model.setdefault(build.model, set()).add(build)
    return {build for found in of_model.values() if len(found) > 1 for build in found}
