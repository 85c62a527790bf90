"""Tenancy: which arena a request belongs to."""

from django.apps import AppConfig
from django.core.signals import request_finished
from typing_extensions import override


class TenancyConfig(AppConfig):
    """The lowest app: knows tenants and nothing else."""

    name = "arena.tenancy"
    label = "tenancy"

    @override
    def ready(self) -> None:
        from arena.tenancy.middleware import forget_script_prefix

        request_finished.connect(forget_script_prefix, dispatch_uid="tenancy.script_prefix")
