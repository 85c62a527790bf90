"""The event store as an app: projections found, runtime role granted, database role checked."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from typing_extensions import override


class EventStoreConfig(AppConfig):
    """Append-only log and its projections."""

    name = "arena.eventstore"
    label = "eventstore"

    @override
    def ready(self) -> None:
        from arena.eventstore import roles

        autodiscover_modules("events", "projections")
        post_migrate.connect(roles.grant_runtime_role, dispatch_uid="grant_runtime_role")
        checks.register(roles.check_database_role, checks.Tags.database)
