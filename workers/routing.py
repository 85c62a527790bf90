"""Websocket routes of runs."""

from typing import Any, Final

from django.urls import URLPattern, path

from workers.consumers import RunConsumer

# Channels routes to ASGI applications what Django's stubs take for views.
_RUNS: Final[Any] = RunConsumer()

websocket_urlpatterns: list[URLPattern] = [
    path("ws/runs/", _RUNS),
    path("ws/runs/<uuid:run_id>/", _RUNS),
    path("t/<slug:tenant>/ws/runs/", _RUNS),
    path("t/<slug:tenant>/ws/runs/<uuid:run_id>/", _RUNS),
]
