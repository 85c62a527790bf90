"""Who decided: a role, never a person. The actor is in the metadata, which is not public."""

from typing import Literal

Author = Literal["owner", "admin", "moderator", "key", "import"]
"""The role in which somebody acted; an API key, or a file that an operator imported."""
