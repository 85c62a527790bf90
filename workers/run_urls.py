"""Pages about runs."""

from django.urls import path

from workers.views import run_actions, run_files, run_request, runs

urlpatterns = [
    path("", runs.runs, name="runs"),
    path("new/", run_request.request_run, name="request_run"),
    path("<uuid:run_id>/", runs.run, name="run"),
    path("<uuid:run_id>/recipe.yaml", run_files.recipe, name="run_recipe"),
    path("<uuid:run_id>/profile.yaml", run_files.profile, name="run_profile"),
    path("<uuid:run_id>/files/<slug:sha256>/", run_files.file, name="run_file"),
    path("<uuid:run_id>/trace/<slug:sha256>/", run_files.trace, name="run_trace"),
    path("<uuid:run_id>/payload/", run_actions.payload, name="run_payload"),
    path("<uuid:run_id>/publish/", run_actions.publish, name="publish_run"),
    path("<uuid:run_id>/retract/", run_actions.retract, name="retract_run"),
    path("<uuid:run_id>/cancel/", run_actions.cancel, name="cancel_run"),
    path("<uuid:run_id>/invalidate/", run_actions.invalidate, name="invalidate_run"),
    path("<uuid:run_id>/release/", run_actions.release, name="release_run"),
    path("<uuid:run_id>/reproduce/", run_request.reproduce, name="reproduce_run"),
]
