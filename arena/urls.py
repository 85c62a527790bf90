"""Every route of the site on one page; the tenant is in the host or the prefix, never in here."""

from django.urls import URLPattern, URLResolver, include, path

import leaderboards.routing
import voting.routing
import workers.routing
from arena import cell_pages, health, log_pages, metrics, pages
from arena.api import api
from leaderboards import views
from workers.views import devices

urlpatterns: list[URLPattern | URLResolver] = [
    # First: programs ask far more often than people, and each pattern before costs them time.
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", views.board_list, name="board_list"),
    path("boards/<slug:slug>/", views.board, name="board"),
    path("boards/<slug:slug>/history/", views.history, name="board_history"),
    path("boards/<slug:slug>/cells/<str:row>/<slug:column>/", cell_pages.cell, name="cell"),
    path(
        "boards/<slug:slug>/cells/<str:row>/<slug:column>/events.jsonl",
        cell_pages.cell_events,
        name="cell_events",
    ),
    path("models/<slug:slug>/", views.model, name="model"),
    path("", include("voting.urls")),
    path("log/", log_pages.log, name="log"),
    path("log/<int:position>/", log_pages.event, name="event"),
    path("method/", pages.method, name="method"),
    path("accounts/", include("allauth.urls")),
    path("account/", include("arena.accounts.urls")),
    path("endpoints/", include("workers.urls")),
    path("runs/", include("workers.run_urls")),
    path("runners/", include("workers.runner_urls")),
    path("device/", devices.device, name="device"),
]
websocket_urlpatterns: list[URLPattern] = [
    *voting.routing.websocket_urlpatterns,
    *workers.routing.websocket_urlpatterns,
    # Last: it ends with the answer to every other path.
    *leaderboards.routing.websocket_urlpatterns,
]

handler400 = pages.bad_request
