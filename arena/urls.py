"""Every route of the site on one page; the tenant is in the host or the prefix, never in here."""

from django.urls import URLPattern, URLResolver, include, path

import leaderboards.routing
import voting.routing
import workers.routing
from arena import cell_pages, dispute_pages, feeds, health, log_pages, metrics, pages, twins
from arena.api import api
from benchmarks.views import badges, lanes, names
from leaderboards import (
    claim_views,
    deployment_views,
    history_views,
    pareto_views,
    permalink_views,
    score_views,
    views,
)
from leaderboards.calculator import views as calculator_views
from leaderboards.compare import views as compare_views
from leaderboards.embeds import views as embeds
from leaderboards.exports import views as exports
from leaderboards.quality import views as quality_views
from workers.views import devices

urlpatterns: list[URLPattern | URLResolver] = [
    # First: programs ask far more often than people, and each pattern before costs them time.
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", views.board_list, name="board_list"),
    path(
        "boards/<slug:slug>/",
        twins.negotiated(views.board, exports.markdown_twin),
        name="board",
    ),
    path("p/<slug:code>/", permalink_views.permalink, name="permalink"),
    path("boards/<slug:slug>/history/", history_views.history, name="board_history"),
    path("boards/<slug:slug>/changes/", history_views.changes, name="board_changes"),
    path("boards/<slug:slug>/cells/<str:row>/<slug:column>/", cell_pages.cell, name="cell"),
    path(
        "boards/<slug:slug>/cells/<str:row>/<slug:column>/events.jsonl",
        cell_pages.cell_events,
        name="cell_events",
    ),
    path(
        "boards/<slug:slug>/cells/<str:row>/<slug:column>/dispute/",
        dispute_pages.dispute,
        name="dispute_cell",
    ),
    path("disputes/", dispute_pages.dispute_list, name="disputes"),
    path("disputes/<uuid:dispute_id>/", dispute_pages.resolve, name="resolve_dispute"),
    path("boards/<slug:slug>/pareto/", pareto_views.board_pareto, name="board_pareto"),
    path("boards/<slug:slug>/scores/", score_views.board_scores, name="board_scores"),
    path("boards/<slug:slug>/quality/", quality_views.board_quality, name="board_quality"),
    path("calculator/", calculator_views.calculator, name="calculator"),
    path("calculator.csv", calculator_views.calculator_csv, name="calculator_csv"),
    path("comparison/", compare_views.compare_page, name="comparison"),
    path(
        "deployments/<slug:deployment>/",
        twins.negotiated(deployment_views.deployment, twins.deployment),
        name="deployment",
    ),
    path("deployments/<slug:deployment>.md", twins.deployment, name="deployment_md"),
    path("", include("leaderboards.procurement.urls")),
    path("claims/", claim_views.claims, name="claims"),
    *(
        path(
            f"boards/<slug:slug>.{ending}",
            exports.export,
            {"ending": ending},
            name=f"board_{ending}",
        )
        for ending in exports.FORMATS
    ),
    path("boards/<slug:slug>/badge.svg", embeds.board_badge, name="board_badge"),
    path("boards/<slug:slug>/embed/", embeds.frame, name="board_embed"),
    path("oembed", embeds.oembed, name="oembed"),
    # Before the pages of models: none of them is reached by these words.
    path("models/queue/", names.queue, name="name_queue"),
    path("models/queue/<slug:name>/", names.decide, name="decide_name"),
    path("benches/", lanes.benches, name="benches"),
    path("benches/<slug:bench>/<str:version>/", lanes.bench, name="bench"),
    path("badges/", badges.badges, name="badges"),
    path("badges/award/", badges.award, name="award_badge"),
    path("badges/withdraw/", badges.withdraw, name="withdraw_badge"),
    path("models/<slug:slug>/badge.svg", embeds.model_badge, name="model_badge"),
    path("boards/<slug:slug>/feed.atom", feeds.board, name="board_feed"),
    path("models/<slug:slug>/feed.atom", feeds.model, name="model_feed"),
    path("runners/<uuid:runner_id>/feed.atom", feeds.runner, name="runner_feed"),
    path("runners/<uuid:runner_id>/badge.svg", embeds.runner_badge, name="runner_badge"),
    path("models/<slug:slug>/", twins.negotiated(views.model, twins.model), name="model"),
    path("models/<slug:slug>.md", twins.model, name="model_md"),
    path("method.md", twins.method, name="method_md"),
    path("llms.txt", twins.llms, name="llms"),
    path("", include("voting.urls")),
    path("log/", log_pages.log, name="log"),
    path("log/<int:position>/", log_pages.event, name="event"),
    path("method/", twins.negotiated(pages.method, twins.method), name="method"),
    path("accounts/", include("allauth.urls")),
    path("account/", include("arena.accounts.urls")),
    path("", include("arena.notices.urls")),
    path("endpoints/", include("workers.urls")),
    path("runs/", include("workers.run_urls")),
    path("runners/", include("workers.runner_urls")),
    path("sovereignty/", include("benchmarks.sovereignty_urls")),
    path("device/", devices.device, name="device"),
]
websocket_urlpatterns: list[URLPattern] = [
    *voting.routing.websocket_urlpatterns,
    *workers.routing.websocket_urlpatterns,
    # Last: it ends with the answer to every other path.
    *leaderboards.routing.websocket_urlpatterns,
]

handler400 = pages.bad_request
