"""Turn checked rows of a file of scores into events."""

from collections.abc import Hashable, Sequence

import benchmarks.queries
from arena.eventstore.domain import Outcome
from arena.imports.rows import Record
from arena.tenancy.models import Tenant
from benchmarks.commands import state_scores
from benchmarks.events import ScoreStated
from benchmarks.score_files import COLUMNS, GivenScore, check_columns, parse


class ScoreImport:
    """Handler of one file of scores with the digest `sha256`."""

    def __init__(
        self, *, tenant: Tenant, actor: str, given: GivenScore, sha256: str, dry_run: bool
    ) -> None:
        self.columns = COLUMNS
        self._tenant = tenant
        self._actor = actor
        self._given = given
        self._sha256 = sha256
        self._dry_run = dry_run
        self._deployments = {item.slug for item in benchmarks.queries.deployments(tenant=tenant)}
        self._models = {item.slug for item in benchmarks.queries.models(tenant=tenant)}
        self._seen: dict[Hashable, ScoreStated] = {}

    def parse(self, line: int, record: Record) -> ScoreStated:
        """Check one row; raise BadRow, or UnusableFile when the columns are not the known ones."""
        check_columns(record.keys())
        return parse(record, self._given, sha256=self._sha256)

    def store(self, parsed: Sequence[ScoreStated]) -> list[Outcome | str]:
        """State a batch of scores; a text is why one is refused."""
        refused = [self._refusal(score) for score in parsed]
        good = [score for score, reason in zip(parsed, refused, strict=True) if reason is None]
        outcomes = iter(
            state_scores(tenant=self._tenant, scores=good, actor=self._actor, dry_run=self._dry_run)
        )
        return [next(outcomes) if reason is None else reason for reason in refused]

    def _refusal(self, score: ScoreStated) -> str | None:
        if score.deployment_slug and score.deployment_slug not in self._deployments:
            return (
                f"no deployment {score.deployment_slug[:80]!r} is registered; the page of each"
                " model lists its deployments, import_external registers new ones"
            )
        if score.model_slug and score.model_slug not in self._models:
            return f"no model {score.model_slug[:80]!r} is registered"
        before = self._seen.setdefault(_key(score), score)
        if before != score:
            # Else both would be appended, and which of them stands would be chance.
            return "a row before states another value of the same score for that day"
        return None


def _key(score: ScoreStated) -> Hashable:
    return (
        score.deployment_slug, score.model_slug, score.quantization, score.suite,
        score.suite_version, score.metric, score.setting, score.harness, score.judge_model,
        score.source_name, score.stated_on,
    )  # fmt: skip
