"""Pages of the person and of the arena's people."""

from django.urls import path

from arena.accounts.views import api_keys, invitations, members, person

urlpatterns = [
    path("", person.account, name="account"),
    path("join/", person.join, name="join"),
    path("leave/", person.leave, name="leave"),
    path("close/", person.close, name="close_account"),
    path("members/", members.members, name="members"),
    path("members/<uuid:actor_id>/role/", members.change_role, name="change_role"),
    path("members/<uuid:actor_id>/remove/", members.remove, name="remove_member"),
    path("invitations/", invitations.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/resend/", invitations.resend, name="resend_invitation"),
    path("invitations/<uuid:invitation_id>/revoke/", invitations.revoke, name="revoke_invitation"),
    path("invitation/<slug:arena>/<slug:token>/", invitations.accept, name="invitation"),
    path("keys/", api_keys.keys, name="api_keys"),
    path("keys/<uuid:key_id>/revoke/", api_keys.revoke, name="revoke_api_key"),
]
