"""Websocket routes of battles."""

from typing import Any, Final

from django.urls import URLPattern, path

from voting.consumers import BattleConsumer

# Channels routes to ASGI applications what Django's stubs take for views.
_BATTLE: Final[Any] = BattleConsumer()

websocket_urlpatterns: list[URLPattern] = [
    path("ws/battles/<uuid:battle_id>/", _BATTLE),
    path("t/<slug:tenant>/ws/battles/<uuid:battle_id>/", _BATTLE),
]
