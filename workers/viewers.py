"""Who looks at runs: a person with their machines, a visitor who asked for one, or a stranger."""

import uuid
from importlib import import_module
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from arena.accounts.models import Role, User
from arena.accounts.permissions import can_read
from arena.accounts.queries import role_of
from arena.tenancy.models import Tenant
from benchmarks.queries.runs import STRANGER, Viewer
from workers import queries

_VISITOR: Final = "runs_visitor"
"""In the session: what stands for a visitor without account in the runs asked for."""
_MODERATES: Final = (Role.OWNER, Role.ADMIN, Role.MODERATOR)


def viewer_of(request: HttpRequest, *, tenant: Tenant) -> Viewer:
    """Return who sent the request, as far as runs are concerned."""
    return _viewer(tenant, request.user, request.session)


def viewer_of_session(*, tenant: Tenant, session_key: str | None) -> Viewer | None:
    """Return who watches with that session; None for one who may not read the arena now."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    if not can_read(tenant=tenant, user=user):
        return None
    return _viewer(tenant, user, request.session)


def asking_actor(request: HttpRequest) -> str:
    """Return who asks for a run, the actor of its events; a visitor gets a number for it."""
    if request.user.is_authenticated:
        return str(request.user.actor_id)
    if _VISITOR not in request.session:
        request.session[_VISITOR] = str(uuid.uuid4())
    return f"visitor-{request.session[_VISITOR]}"


def _viewer(tenant: Tenant, user: User | AnonymousUser, session: SessionBase) -> Viewer:
    if not isinstance(user, User):
        visitor = session.get(_VISITOR)
        return Viewer(actor=f"visitor-{visitor}") if visitor else STRANGER
    actor = str(user.actor_id)
    own = queries.runners(tenant=tenant, owner=actor)
    return Viewer(
        actor=actor,
        runner_ids=frozenset(info.runner_id for info in own),
        sees_all=user.is_superuser or role_of(tenant=tenant, user=user) in _MODERATES,
    )
