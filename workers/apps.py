"""The workers app: the endpoints that give answers."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from typing_extensions import override


class WorkersConfig(AppConfig):
    """The workers app."""

    name = "workers"

    @override
    def ready(self) -> None:
        checks.register(_check_secrets_keys)


def _check_secrets_keys(
    *, app_configs: Sequence[AppConfig] | None = None, **_: Any
) -> list[checks.CheckMessage]:
    """Say at the start that a key is none, not when the first endpoint is called."""
    from workers.secret_box import check_keys

    try:
        check_keys()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="workers.E001")]
    return []
