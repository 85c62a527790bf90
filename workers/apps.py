"""The workers app: the endpoints that give answers."""

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """The workers app."""

    name = "workers"
