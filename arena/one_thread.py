"""HTTP through ASGI in which a request runs from end to end in one thread.

No view of the site is asynchronous; what waits, waits outside of views (arena/long_poll.py) or in
the body of a streamed answer. Django's own handler would still look the view up in the event loop,
so that each request went from the loop to a thread, back, and to a thread again.
"""

from collections.abc import Callable

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from typing_extensions import override


class OneThreadHandler(ASGIHandler):
    """Django's handler with a synchronous chain of middleware, entered once a request."""

    @override
    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain as for WSGI; the event loop enters it by one thread a request."""
        super().load_middleware(is_async=False)
        chain: Callable[[HttpRequest], HttpResponseBase] = vars(self)["_middleware_chain"]
        self._middleware_chain = sync_to_async(chain, thread_sensitive=True)


def one_thread_application() -> OneThreadHandler:
    """Set Django up and return its HTTP application."""
    django.setup(set_prefix=False)
    return OneThreadHandler()
