"""The voting app."""

from django.apps import AppConfig
from typing_extensions import override


class VotingConfig(AppConfig):
    """The voting app: what closes a battle, in whichever process, is told to its followers."""

    name = "voting"

    @override
    def ready(self) -> None:
        from voting.signals import battle_changed
        from voting.streaming.announcing import on_battle_changed

        battle_changed.connect(on_battle_changed)
