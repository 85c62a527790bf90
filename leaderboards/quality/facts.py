"""What is on record about the quality of each row of a board."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.queries import ScoreInfo


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """The scores that stand, neither superseded nor taken back, by whom they are about."""

    of_deployment: Mapping[str, Sequence[ScoreInfo]]
    of_model: Mapping[tuple[str, str], Sequence[ScoreInfo]]
    """By model and quantization in lower case, empty where it has none: wherever that runs."""
    of_weights: Mapping[str, Sequence[ScoreInfo]]
    """By model, in whatever quantization and place."""

    def about(
        self, *, model: str, deployment: str | None, quantization: str | None, suite: str
    ) -> list[ScoreInfo]:
        """Return the scores of one row on one suite.

        Those of the deployment itself; only without any those of its model in its quantization.
        """
        own = self.of_deployment.get(deployment or "", ())
        shared = self.of_model.get((model, (quantization or "").casefold()), ())
        for found in (own, shared):
            if chosen := [score for score in found if score.suite == suite]:
                return chosen
        return []


def of_records(scores: Iterable[ScoreInfo]) -> Scores:
    """Return those of the scores that stand."""
    of_deployment: dict[str, list[ScoreInfo]] = {}
    of_model: dict[tuple[str, str], list[ScoreInfo]] = {}
    of_weights: dict[str, list[ScoreInfo]] = {}
    for score in scores:
        if score.status != "standing":
            continue
        of_weights.setdefault(score.model_slug, []).append(score)
        if score.deployment_slug is not None:
            of_deployment.setdefault(score.deployment_slug, []).append(score)
        else:
            key = (score.model_slug, (score.quantization or "").casefold())
            of_model.setdefault(key, []).append(score)
    return Scores(of_deployment=of_deployment, of_model=of_model, of_weights=of_weights)
