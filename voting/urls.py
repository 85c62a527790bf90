"""Pages on which people vote."""

from django.urls import path

from voting.views import personal, rounds, sampling, starting

urlpatterns = [
    path("battle/", starting.start_battle, name="start_battle"),
    path("battle/<uuid:battle_id>/", rounds.battle, name="battle"),
    path("battle/<uuid:battle_id>/again/", starting.again, name="battle_again"),
    path("battle/<uuid:battle_id>/continue/", rounds.continue_battle, name="continue_battle"),
    path("battle/<uuid:battle_id>/vote/", rounds.vote, name="vote"),
    path("battle/<uuid:battle_id>/skip/", rounds.skip, name="skip_battle"),
    path("battle/<uuid:battle_id>/categories/", rounds.categorise, name="categorise"),
    path("battle/<uuid:battle_id>/image/", rounds.image, name="battle_image"),
    path("compare/", starting.compare, name="compare"),
    path("chat/", starting.chat, name="chat"),
    path("my/", personal.mine, name="my_votes"),
    path("my/erase/", personal.erase, name="erase_my_data"),
    path("boards/<slug:slug>/sampling/", sampling.sampling, name="sampling"),
    path("boards/<slug:slug>/sampling/enter/", sampling.enter, name="enter_contestant"),
    path("boards/<slug:slug>/sampling/change/", sampling.change, name="change_contestant"),
]
