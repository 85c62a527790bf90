"""The board that a page of subscriptions was come from."""

from django.core.exceptions import BadRequest

import voting.queries
from arena.accounts.permissions import MemberRequest


def chosen_board(request: MemberRequest) -> str:
    """Return the slug in `?board=`, empty without one; raise BadRequest for what is no board."""
    slug = request.GET.get("board", "")
    known = [info.slug for info in voting.queries.boards(tenant=request.tenant)]
    if slug and slug not in known:
        raise BadRequest(f"board={slug[:40]}: unknown. Boards here: {', '.join(known)}.")
    return slug
