"""The board that a page of subscriptions was come from."""

import voting.queries
from arena.accounts.permissions import MemberRequest
from arena.parameters import one_of


def chosen_board(request: MemberRequest) -> str:
    """Return the slug in `?board=`, empty without one; raise BadChoice for what is no board."""
    boards = voting.queries.boards(tenant=request.tenant)
    return one_of(request, "board", ["", *(info.slug for info in boards)], default="")
