"""Answer 503 to pages of the past while others keep the machine busy with it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import sync_only_middleware

from leaderboards.past import WAIT_S, PastIsBusy


@sync_only_middleware
class BusyMiddleware:
    """Turn PastIsBusy, which a view or a part of one may raise, into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let every request through."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a past that is busy; leave every other error to Django."""
        if not isinstance(error, PastIsBusy):
            return None
        response = render(request, "503.html", {"reason": str(error)}, status=503)
        response["Retry-After"] = str(WAIT_S)
        return response
