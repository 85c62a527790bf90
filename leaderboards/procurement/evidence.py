"""What is known of the sovereignty of candidates, and what is to be asked for the gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.sovereignty import Assessment, Part, Profile, assess
from benchmarks.sovereignty_page import FactView, fact_views
from leaderboards.procurement.contents import PackFact, PackStanding


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The reviewed facts in force, in words, by deployment and criterion."""

    profile: Profile
    on: date
    views: Mapping[str, Mapping[str, FactView]]

    @classmethod
    def read(cls, *, tenant: Tenant, profile: Profile, on: date) -> Self:
        """Read every fact in force; people in it are pseudonyms that no other arena shares."""
        views: dict[str, dict[str, FactView]] = {}
        found = benchmarks.queries.sovereignty.facts(tenant=tenant)
        for view in fact_views(tenant=tenant, facts=found):
            if view.info.status == "accepted":
                views.setdefault(view.info.deployment_slug, {})[view.info.criterion] = view
        return cls(profile=profile, on=on, views=views)

    def standing(self, deployment: str | None) -> PackStanding | None:
        """Return level and score; None while no fact about the deployment has been reviewed."""
        if deployment not in self.views:
            return None
        found = self._assessment(deployment)
        return PackStanding(
            level=found.level,
            level_high=found.level_high,
            score=found.low,
            score_high=found.high,
            coverage_percent=found.coverage_percent,
            known=found.known,
        )

    def facts(self, deployment: str | None) -> tuple[PackFact, ...]:
        """Return every criterion: its fact, or the gap with the question that would fill it."""
        views = self.views.get(deployment or "", {})
        return tuple(
            _fact(part, views.get(part.criterion.id)) for part in self._assessment(deployment).parts
        )

    def _assessment(self, deployment: str | None) -> Assessment:
        views = self.views.get(deployment or "", {})
        stated = (view.info.as_fact for view in views.values())
        return assess(stated, profile=self.profile, on=self.on)


def _fact(part: Part, view: FactView | None) -> PackFact:
    criterion = part.criterion
    is_gap = part.points is None
    told = PackFact(
        criterion=criterion.id,
        title=criterion.title,
        weight=part.weight,
        points=part.points,
        full_points=criterion.full,
        evidence=part.evidence,
        reason=part.reason,
        question=criterion.question if is_gap else "",
    )
    if view is None:
        return told
    info = view.info
    return told.model_copy(
        update={
            "answer": view.answer,
            "evidence_stated": info.evidence,
            "source_url": info.source_url,
            "source_sha256": info.source_sha256,
            "note": info.note,
            "stated_on": info.stated_on,
            "expires_on": info.expires_on,
            "reviewed_by": view.reviewed_by,
            "submitted_position": info.submitted_position,
            "reviewed_position": info.reviewed_position,
        }
    )
