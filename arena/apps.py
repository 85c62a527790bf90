"""The site as a Django app: every process publishes to the same broker."""

from django.apps import AppConfig
from typing_extensions import override


class ArenaConfig(AppConfig):
    """Composition root."""

    name = "arena"
    label = "arena"

    @override
    def ready(self) -> None:
        import arena.celery  # noqa: F401  binds shared tasks of all apps
        from arena import request_log

        request_log.connect()
