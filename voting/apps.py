"""The voting app."""

from django.apps import AppConfig
from typing_extensions import override


class VotingConfig(AppConfig):
    """The voting app: what closes a battle is told to its followers, an account takes its texts."""

    name = "voting"

    @override
    def ready(self) -> None:
        from arena.accounts.signals import account_closing
        from voting.closing import on_account_closing
        from voting.signals import battle_changed
        from voting.streaming.announcing import on_battle_changed

        battle_changed.connect(on_battle_changed)
        account_closing.connect(on_account_closing)
