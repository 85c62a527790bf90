"""In which role a request decides something that moderators may decide."""

from typing import Final

from arena.accounts.models import Role
from arena.accounts.permissions import MemberRequest
from benchmarks.events import Author

MODERATORS: Final = (Role.OWNER, Role.ADMIN, Role.MODERATOR)
_AUTHORS: Final[dict[Role, Author]] = {
    Role.OWNER: "owner",
    Role.ADMIN: "admin",
    Role.MODERATOR: "moderator",
}


def author_of(request: MemberRequest) -> Author:
    """Return the role of a request that only moderators may send."""
    role = Role(request.role or "")
    return _AUTHORS[role]
