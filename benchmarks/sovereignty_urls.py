"""Pages about sovereignty."""

from django.urls import path

from benchmarks.views import sovereignty, sovereignty_changes

urlpatterns = [
    path("", sovereignty.overview, name="sovereignty"),
    path("sensitivity/", sovereignty.sensitive, name="sovereignty_sensitivity"),
    path("reply/", sovereignty_changes.reply, name="reply_to_facts"),
    path("of/<slug:deployment>/", sovereignty.of_deployment, name="sovereignty_of"),
    path("of/<slug:deployment>/submit/", sovereignty_changes.submit, name="submit_fact"),
    path(
        "of/<slug:deployment>/review/<uuid:fact_id>/",
        sovereignty_changes.review,
        name="review_fact",
    ),
]
