"""The benchmarks app."""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    """The benchmarks app."""

    name = "benchmarks"
