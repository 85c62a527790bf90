"""Pages about endpoints."""

from django.urls import path

from workers.views import endpoints, targets

urlpatterns = [
    path("", endpoints.endpoints, name="endpoints"),
    path("new/", endpoints.connect, name="connect_model"),
    path("targets/", targets.targets, name="allowed_targets"),
    path("targets/<uuid:target_id>/remove/", targets.remove, name="remove_target"),
    path("of/<slug:endpoint>/", endpoints.endpoint, name="endpoint"),
    path("of/<slug:endpoint>/try/", endpoints.try_it, name="try_endpoint"),
    path("of/<slug:endpoint>/retire/", endpoints.retire, name="retire_endpoint"),
]
