"""The app of webhooks and digests: it reads boards and logs, and appends nothing."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Subscriptions to the news of boards."""

    name = "arena.notices"
    label = "notices"
