"""Tenancy: which arena a request belongs to."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """The lowest app: knows tenants and nothing else."""

    name = "arena.tenancy"
    label = "tenancy"
