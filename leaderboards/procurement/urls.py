"""Addresses of procurement packs."""

from django.urls import path

from leaderboards.procurement import views

urlpatterns = [
    path("procurement/", views.draft, name="procurement"),
    path("procurement/freeze/", views.freeze, name="procurement_freeze"),
    *(
        path(f"procurement.{ending}", views.draft_file, {"ending": ending},
             name=f"procurement_{ending}")
        for ending in ("pdf", "csv")
    ),
    path("procurement/<slug:pack_id>/", views.frozen, name="procurement_pack"),
    *(
        path(f"procurement/<slug:pack_id>.{ending}", views.frozen_file, {"ending": ending},
             name=f"procurement_pack_{ending}")
        for ending in ("pdf", "csv", "json")
    ),
]  # fmt: skip
