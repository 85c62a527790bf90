"""A grid of runs: one recipe with some of its values varied, compared in one table."""

from typing import Annotated, Any

import typer

from arena_runner.agent import plan as planning
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.plan import Plan
from arena_runner.agent.results import of_run
from arena_runner.agent.session import Session
from arena_runner.cli.console import Out, plain_table
from arena_runner.cli.context import session
from arena_runner.cli.measure import (
    USUAL_PROFILE,
    ask_approval,
    chosen_recipe,
    measured,
)
from arena_runner.cli.options import (
    Endpoint,
    Json,
    ModelName,
    Offline,
    Overrides,
    ProfileName,
    RecipeFile,
    Yes,
)
from arena_runner.cli.tables import number, result_body
from arena_runner.contract.profile import Profile
from arena_runner.site.errors import ArenaError

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        help="key=v1,v2,...: a default of the recipe and its values, such as parallel=1,2,4,8 or"
        " experts=8,4,2. Repeat it for a grid.",
    ),
]
Concurrency = Annotated[
    str | None,
    typer.Option("--concurrency", help="Levels such as 1,2,4,8 in place of the profile's points."),
]


def sweep(
    recipe: RecipeFile = None,
    profile: ProfileName = USUAL_PROFILE,
    vary: Vary = None,
    concurrency: Concurrency = None,
    option: Overrides = None,
    endpoint: Endpoint = None,
    model: ModelName = None,
    offline: Offline = False,
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Measure a grid: K of speculation, experts, -np, concurrency, or any default of a recipe."""
    out, agent = Out(json=json, yes=yes), session()
    chosen = _profile(profile, concurrency)
    written = chosen_recipe(out, recipe, endpoint, model)
    base = planning.overrides_of(option or ())
    grid = list(planning.grid(vary or ())) if vary or not concurrency else [{}]
    plans = [planning.plan(written, chosen, {**base, **settings}) for settings in grid]
    for plan in plans:
        ask_approval(out, agent, plan)
    rows: list[dict[str, Any]] = []
    for index, (plan, settings) in enumerate(zip(plans, grid, strict=True), start=1):
        told = ", ".join(f"{name}={value}" for name, value in settings.items()) or chosen.id
        out.say(f"Run {index} of {len(plans)}: {told}")
        rows.append(_sweep_row(out, agent, plan, settings, offline=offline))
    _show_sweep(out, rows)
    if any("error" in row for row in rows):
        raise typer.Exit(1)


def _profile(name: str, concurrency: str | None) -> Profile:
    chosen = planning.read_profile(name)
    if concurrency is None:
        return chosen
    try:
        levels = [int(level) for level in concurrency.split(",")]
    except ValueError:
        raise InvalidInput("bad-concurrency", f"{concurrency!r} is no list of numbers") from None
    return planning.with_concurrency(chosen, levels)


def _sweep_row(
    out: Out, agent: Session, plan: Plan, settings: dict[str, Any], *, offline: bool
) -> dict[str, Any]:
    quiet = Out(json=out.json, yes=True, err=out.err, out=out.out)
    try:
        folder, checkpoint = measured(quiet, agent, plan, offline=offline)
    except (AgentError, ArenaError) as error:
        if error.code == "agent-stopped":
            raise
        out.warn(f"{error.code}: {error.detail}")
        return {"settings": settings, "error": error.code}
    points = of_run(folder, checkpoint)
    return {"settings": settings, **result_body(checkpoint, points)}


def _show_sweep(out: Out, rows: list[dict[str, Any]]) -> None:
    names = ("decode_tokens_per_second", "system_tokens_per_second", "ttft_ms_p50")
    table = plain_table(
        "Sweep", ("Settings", "Point", "#tok/s, one stream", "#tok/s, all", "#TTFT p50 ms")
    )
    for row in rows:
        told = ", ".join(f"{name}={value}" for name, value in row["settings"].items())
        if "error" in row:
            table.add_row(told, f"failed: {row['error']}", "", "", "")
        for point in row.get("points", ()):
            values = {item["metric"]: item["value"] for item in point["measurements"]}
            cells = (number(values[name]) if name in values else "" for name in names)
            table.add_row(told, point["title"], *cells)
    out.table({"runs": rows}, table)
