"""A job before it runs: all that decides what its numbers mean, and the hash that names it."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from arena_runner.contract import SUITE_VERSION
from arena_runner.contract.canonical import digest
from arena_runner.contract.profile import Profile
from arena_runner.contract.recipe import Recipe


class Manifest(BaseModel):
    """The whole resolved recipe, the profile, and how the engine is started.

    Two jobs with one identity measure the same thing; anything that changes a number, down to one
    engine argument, changes the identity.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite_version: str = Field(default=SUITE_VERSION, max_length=20)
    recipe: Recipe
    profile: Profile
    engine_argv: tuple[str, ...] = Field(
        default=(), max_length=500, description="As resolved; empty for an endpoint that runs."
    )
    image_digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")

    @field_validator("recipe")
    @classmethod
    def _no_address(cls, recipe: Recipe) -> Recipe:
        if recipe.endpoint is not None and recipe.endpoint.base_url is not None:
            raise ValueError("endpoint.base_url belongs to the agent; leave it out of a manifest")
        return recipe

    @property
    def identity_sha256(self) -> str:
        """Return the digest that is the job's identity."""
        return digest(self.model_dump(mode="json"))
