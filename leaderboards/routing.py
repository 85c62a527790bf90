"""Websocket routes. Every other path is answered as a board that does not exist."""

from typing import Any, Final

from django.urls import URLPattern, path, re_path

from arena.live_sockets import NotThere
from leaderboards.consumers import NO_BOARD, BoardConsumer

# Channels routes to ASGI applications what Django's stubs take for views.
_BOARD: Final[Any] = BoardConsumer()
_NO_BOARD: Final[Any] = NotThere(NO_BOARD)

websocket_urlpatterns: list[URLPattern] = [
    path("ws/boards/<slug:board>/", _BOARD),
    path("t/<slug:tenant>/ws/boards/<slug:board>/", _BOARD),
    re_path(r"", _NO_BOARD),
]
