"""What is on record of one model beside its standings: for its page and the API alike."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.urls import reverse

import benchmarks.queries
from arena.tenancy.models import Tenant
from benchmarks.queries import DeploymentInfo, ModelInfo
from benchmarks.queries.runs import STRANGER, runs
from benchmarks.sovereignty import default_profile
from leaderboards import model_page, queries
from leaderboards.cost import facts as cost_facts
from leaderboards.cost.reading import choice
from leaderboards.current_fit import current_fit
from leaderboards.head_to_head import Opponent
from leaderboards.history_chart import HEIGHT_PX, PLOT_PX, TOP_PX, history_chart
from leaderboards.incidents import Incidents, incidents
from leaderboards.measured_runs import RUNS_MAX, MeasuredRun, with_headlines
from leaderboards.quants import Quants, quants
from leaderboards.queries import ModelRows
from leaderboards.rated_rows import rating_differences
from leaderboards.rating_history import RatingHistory, rating_history
from leaderboards.recipes import RecipeLine, recipes
from leaderboards.references import web_address
from leaderboards.sources import today
from leaderboards.win_matrix import win_matrix

Address = Callable[[str], str]
"""Makes a path of the site an address that works elsewhere."""
_VOTED: Final = ("rated", "preliminary", "unrated")


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardRecord:
    """The model on one board: how its rating went, whom it met, its deployments there."""

    on: ModelRows
    history: RatingHistory
    opponents: tuple[Opponent, ...]
    quants: Quants | None
    formula_version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceLine:
    """Who states how many things about the model, and when last."""

    name: str
    url: str | None
    count: int
    last_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """What its published runs tell, the newest RUNS_MAX of them."""

    recipes: tuple[RecipeLine, ...]
    incidents: Incidents


def boards_of(model_rows: Iterable[ModelRows]) -> list[ModelRows]:
    """Return the boards on which the model stands, those with votes on it first."""
    return sorted(model_rows, key=lambda on: on.rows[0]["section"] not in _VOTED)


def board_record(
    *,
    tenant: Tenant,
    on: ModelRows,
    model: str,
    names: Mapping[str, str],
    deployments: Mapping[str, DeploymentInfo],
) -> BoardRecord:
    """Return the model on one board."""
    current = current_fit(tenant=tenant, info=on.info)
    return BoardRecord(
        on=on,
        history=rating_history(tenant=tenant, info=on.info, model=model),
        opponents=tuple(win_matrix(current, model=model, names=names, policy=on.info.policy)),
        quants=quants(
            on.rows,
            deployments,
            board=on.info.slug,
            rating_difference=rating_differences(current),
        ),
        formula_version=current.formula_version,
    )


def run_record(*, tenant: Tenant, model: str, address: Address) -> RunRecord:
    """Return recipes and incidents of a model."""

    def files(run_id: UUID) -> tuple[str, str]:
        recipe, profile = (
            address(reverse(name, args=[run_id])) for name in ("run_recipe", "run_profile")
        )
        return recipe, profile

    found: list[MeasuredRun] = with_headlines(
        tenant=tenant,
        found=runs(tenant=tenant, viewer=STRANGER, model_slug=model, limit=RUNS_MAX),
    )
    return RunRecord(
        recipes=tuple(recipes(tenant=tenant, found=found, files=files)),
        incidents=incidents(tenant=tenant, model=model, found=found),
    )


def sources(
    *, tenant: Tenant, model: str, deployments: Mapping[str, DeploymentInfo]
) -> list[SourceLine]:
    """Return everybody who states something about the model or a deployment of it, by name."""
    stated: list[tuple[str, str | None, date]] = [
        (value.source_name, value.source_url, value.stated_on)
        for value in benchmarks.queries.external_values(tenant=tenant)
        if value.deployment_slug in deployments
    ]
    stated += [
        (claim.source_name, claim.source_url, claim.stated_on)
        for claim in benchmarks.queries.seed_claims(tenant=tenant, model_slug=model)
    ]
    for slug in deployments:
        stated += _stated_of(tenant, slug)
    counted = Counter(name for name, _, _ in stated)
    return [
        SourceLine(
            name=name,
            url=next(
                (web_address(url) for source, url, _ in stated if source == name and url), None
            ),
            count=counted[name],
            last_on=max(on for source, _, on in stated if source == name),
        )
        for name in sorted(counted)
    ]


def context(
    *,
    tenant: Tenant,
    info: ModelInfo,
    deployments: Mapping[str, DeploymentInfo],
    board: str | None,
    address: Address,
) -> dict[str, object]:
    """Return what the page of a model shows beside standings and claims.

    Raises BadParameter (leaderboards.cost.reading) for a board on which the model does not stand.
    """
    on_boards = boards_of(queries.model_rows(tenant=tenant, model_slug=info.slug))
    chosen = choice({"board": board or ""}, "board", [on.info.slug for on in on_boards])
    on = next((on for on in on_boards if chosen in (None, on.info.slug)), None)
    names = {model.slug: model.name for model in benchmarks.queries.models(tenant=tenant)}
    record = on and board_record(
        tenant=tenant, on=on, model=info.slug, names=names, deployments=deployments
    )
    return {
        "boards": on_boards,
        "record": record,
        "chart": history_chart(record.history) if record else None,
        "chart_px": {"height": HEIGHT_PX, "top": TOP_PX, "plot": PLOT_PX},
        "deployments": deployed(tenant=tenant, deployments=deployments),
        "runs": run_record(tenant=tenant, model=info.slug, address=address),
        "sources": sources(tenant=tenant, model=info.slug, deployments=deployments),
    }


def deployed(
    *, tenant: Tenant, deployments: Mapping[str, DeploymentInfo]
) -> Sequence[model_page.Deployed]:
    """Return the deployments with what is on record of each."""
    speeds = benchmarks.queries.measured_speeds(tenant=tenant)
    return model_page.deployed(
        deployments,
        costs=cost_facts.read(tenant=tenant, speeds=speeds),
        power=benchmarks.queries.power(tenant=tenant),
        speeds=speeds,
        sovereignty=benchmarks.queries.sovereignty.assessments(
            tenant=tenant, profile=default_profile(), on=today()
        ),
    )


def _stated_of(tenant: Tenant, slug: str) -> list[tuple[str, str | None, date]]:
    prices = benchmarks.queries.price_history(tenant=tenant, deployment=slug)
    power = benchmarks.queries.power_history(tenant=tenant, deployment=slug)
    hardware = benchmarks.queries.hardware_price_history(tenant=tenant, deployment=slug)
    return [
        *((item.source_name, item.source_url, item.effective_on) for item in prices),
        *((item.source_name, None, item.stated_on) for item in power),
        *((item.source_name, item.source_url, item.stated_on) for item in hardware),
    ]
