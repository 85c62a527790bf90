"""Accounts: people, their roles in each arena, and API keys."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and memberships."""

    name = "arena.accounts"
    label = "accounts"
