"""The leaderboards app: boards follow the projections below them."""

from django.apps import AppConfig
from typing_extensions import override


class LeaderboardsConfig(AppConfig):
    """The leaderboards app."""

    name = "leaderboards"

    @override
    def ready(self) -> None:
        from arena.eventstore.signals import projections_advanced
        from leaderboards.erasure import on_voter_erased
        from leaderboards.tasks import on_projections_advanced
        from voting.signals import voter_erased

        projections_advanced.connect(on_projections_advanced, dispatch_uid="leaderboards")
        voter_erased.connect(on_voter_erased, dispatch_uid="leaderboards")
