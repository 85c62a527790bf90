"""Pages about runners."""

from django.urls import path

from workers.views import runner_actions, runners

urlpatterns = [
    path("", runners.runners, name="runners"),
    path("new/", runners.add_runner, name="add_runner"),
    path("mine/", runners.my_machines, name="my_machines"),
    path("<uuid:runner_id>/", runners.runner, name="runner"),
    path("<uuid:runner_id>/approve/", runner_actions.approve, name="approve_runner"),
    path("<uuid:runner_id>/suspend/", runner_actions.suspend, name="suspend_runner"),
    path("<uuid:runner_id>/retire/", runner_actions.retire, name="retire_runner"),
    path("<uuid:runner_id>/limits/", runner_actions.limits, name="runner_limits"),
    path(
        "<uuid:runner_id>/keys/<slug:key_id>/revoke/",
        runner_actions.revoke_key,
        name="revoke_runner_key",
    ),
]
