"""Addresses that mean nothing: a problem, where Django would render a page of HTML."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from ninja import Router

router = Router()
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


@router.api_operation(METHODS, "/", auth=None, include_in_schema=False)
def root(request: HttpRequest) -> NoReturn:
    """Answer at the root: there is nothing but what lies below."""
    raise Http404


@router.api_operation(METHODS, "/{path:rest}", auth=None, include_in_schema=False)
def nothing_here(request: HttpRequest, rest: str) -> NoReturn:
    """Answer every address that no operation before this one has taken."""
    raise Http404
