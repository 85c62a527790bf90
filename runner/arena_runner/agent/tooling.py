"""Measures a point with a tool that the field trusts, as it is, against the owner's server."""

from pathlib import Path

from arena_runner import drivers
from arena_runner.agent.errors import AgentError, InvalidInput
from arena_runner.agent.target import Target
from arena_runner.contract import tools
from arena_runner.contract.profile import Point, Profile, Tool
from arena_runner.drivers import DriverResult, Request


def point_of(profile: Profile, key: str | None) -> Point:
    """Return a point by its key, the first without one; raise InvalidInput."""
    if key is None:
        return profile.points[0]
    for point in profile.points:
        if point.key == key:
            return point
    known = ", ".join(point.key for point in profile.points[:20])
    raise InvalidInput("unknown-point", f"{profile.id} has no point {key!r}", remedy=known)


async def measure(
    tool: Tool,
    point: Point,
    *,
    profile: Profile,
    target: Target,
    model: str,
    tokenizer: str | None = None,
    weights: Path | None = None,
    dataset: Path | None = None,
    allow_download: bool = False,
) -> DriverResult:
    """Run the tool and return its result; raise AgentError with what it said at last."""
    request = Request(
        point=point,
        tool=tool,
        base_url=_with_version(target.base_url),
        model=model,
        served_model=target.model,
        tokenizer=tokenizer,
        weights=weights,
        dataset=dataset,
        seed=profile.seed,
        prefix_caching=profile.prefix_caching == "on",
        check_coherence=False,
        api_key=target.api_key,
    )
    try:
        return await drivers.run(request, allow_download=allow_download)
    except drivers.MissingTool as error:
        raise AgentError("tool-missing", str(error)) from error
    except drivers.UnfitPoint as error:
        raise InvalidInput("unfit-point", str(error)) from error
    except drivers.ToolFailed as error:
        raise AgentError("tool-failed", str(error), remedy=error.last_lines or None) from error
    except tools.ToolOutputError as error:
        raise AgentError("bad-tool-output", str(error)) from error


def _with_version(base_url: str) -> str:
    return base_url if base_url.endswith("/v1") else f"{base_url}/v1"
