"""Everything that changes who belongs to an arena. Accounts are rows, not events: they can go."""

from arena.accounts.commands.api_keys import NewApiKey, create_api_key, revoke_api_key
from arena.accounts.commands.closing import close_account
from arena.accounts.commands.invitations import (
    accept_invitation,
    invite,
    resend_invitation,
    revoke_invitation,
)
from arena.accounts.commands.members import add_member, change_role, join, remove_member

__all__ = [
    "NewApiKey",
    "accept_invitation",
    "add_member",
    "change_role",
    "close_account",
    "create_api_key",
    "invite",
    "join",
    "remove_member",
    "resend_invitation",
    "revoke_api_key",
    "revoke_invitation",
]
