"""What somebody wrote to disputes goes with their other texts."""

from typing import Any

from arena.tenancy.models import Tenant
from leaderboards.commands import erase_reader


def on_voter_erased(*, tenant: Tenant, voter: str, **_: Any) -> int:
    """Blank the texts of a voter and return how many that were."""
    return erase_reader(tenant=tenant, reader=voter)
