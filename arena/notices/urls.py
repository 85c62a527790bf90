"""Pages of webhooks and digests; `unsubscribe` answers at the root of the site only."""

from django.urls import path

from arena.notices.views import digests, webhooks

urlpatterns = [
    path("account/webhooks/", webhooks.webhooks, name="webhooks"),
    path("account/webhooks/<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path("account/webhooks/<uuid:webhook_id>/delete/", webhooks.delete, name="delete_webhook"),
    path("account/webhooks/<uuid:webhook_id>/resume/", webhooks.resume, name="resume_webhook"),
    path("account/webhooks/<uuid:webhook_id>/test/", webhooks.test, name="test_webhook"),
    path(
        "account/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/again/",
        webhooks.again,
        name="send_again",
    ),
    path("account/digests/", digests.digests, name="digests"),
    path("account/digests/<uuid:digest_id>/stop/", digests.stop, name="stop_digest"),
    path("unsubscribe/<str:token>/", digests.unsubscribe, name="unsubscribe"),
]
