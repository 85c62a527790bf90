"""Read the benchmark profiles that ship with the arena, and the schema of recipes."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path

from arena.api.access import ApiRequest
from arena.api.conditional import not_modified
from arena.api.cursors import LIMIT_DEFAULT, Cursor, Limit, Page, page_of
from arena.api.problems import ProblemError
from arena.api.run_router import router
from arena_runner.contract import profiles
from arena_runner.contract.profile import Profile
from arena_runner.contract.recipe import Recipe


class ProfilePage(Page[Profile]):
    """Profiles by id."""


@router.get(
    "/profiles", response=ProfilePage, operation_id="list_profiles", summary="List profiles"
)
def list_profiles(
    request: ApiRequest,
    response: HttpResponse,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> ProfilePage | HttpResponse:
    """What can be measured: named, versioned lists of points with their load."""
    items, following = page_of(
        sorted(map(profiles.load, profiles.names()), key=lambda profile: profile.id),
        sort_key=lambda profile: (profile.id,),
        kinds=(str,),
        cursor=cursor,
        limit=limit,
    )
    page = ProfilePage(items=items, next=following, has_more=following is not None)
    return not_modified(request, response, version=(page.model_dump_json(),)) or page


@router.get(
    "/profiles/{profile_id}",
    response=Profile,
    operation_id="get_profile",
    summary="Read a profile",
)
def get_profile(
    request: ApiRequest,
    response: HttpResponse,
    profile_id: Annotated[
        str,
        Path(
            pattern=r"^[a-z0-9._-]{1,110}$",
            description="Id, or name for the newest version.",
            example="quick-v1",
        ),
    ],
) -> Profile | HttpResponse:
    """One profile with its points. A released version never changes."""
    try:
        profile = profiles.load(profile_id)
    except profiles.UnknownProfile as error:
        raise ProblemError("unknown-profile", f"{error}.") from None
    return not_modified(request, response, version=(profile.model_dump_json(),)) or profile


@router.get(
    "/recipe-schema",
    response=dict[str, Any],
    operation_id="get_recipe_schema",
    summary="Read the schema of recipes",
)
def get_recipe_schema(request: ApiRequest, response: HttpResponse) -> dict[str, Any] | HttpResponse:
    """JSON Schema of the YAML that an owner writes."""
    schema = Recipe.model_json_schema()
    return not_modified(request, response, version=(repr(schema),)) or schema
