"""HTTP, websockets and the start and end of the server through one ASGI application."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")

from arena.one_thread import one_thread_application

http = one_thread_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  apps must be loaded first
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from arena.body_limit import limited_bodies  # noqa: E402
from arena.long_poll import later_answers  # noqa: E402
from arena.metrics import counted_websockets  # noqa: E402
from arena.urls import websocket_urlpatterns  # noqa: E402
from voting.streaming.lifespan import lifespan  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": limited_bodies(later_answers(http)),
        "lifespan": lifespan,
        "websocket": counted_websockets(
            AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))
        ),
    }
)

# What is loaded now stays for good. A full collection that walks it would hold up every socket of
# this process for a quarter of a second.
gc.collect()
gc.freeze()
