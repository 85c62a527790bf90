"""What somebody wrote goes with the account: afterwards nobody could ask for it any more."""

from typing import Any

import arena.tenancy.queries
from arena.accounts.models import User
from voting.commands import erase_voter
from voting.voters import voters_of


def on_account_closing(*, user: User, **_: Any) -> None:
    """Blank every text of the person in every arena; raise as erase_voter does."""
    for tenant in arena.tenancy.queries.all_tenants():
        for voter in voters_of(tenant=tenant, user=user, cookies={}):
            erase_voter(tenant=tenant, voter=voter, actor=voter)
