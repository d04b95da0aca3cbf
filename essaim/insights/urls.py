from django.urls import path

from essaim.insights import views

INSIDE = "communities/<slug:slug>/"

urlpatterns = [
    path("your-place/", views.own, name="own_place"),
    path(f"{INSIDE}figures/", views.figures, name="community_figures"),
    path(f"{INSIDE}ladder/", views.ladder, name="community_ladder"),
    path(f"{INSIDE}ladder/targets/", views.targets, name="ladder_targets"),
    path(f"{INSIDE}ladder/estimates/", views.estimate, name="ladder_estimate"),
    path(f"{INSIDE}ladder/estimates/withdraw/", views.estimate_withdraw, name="estimate_withdraw"),
    path(f"{INSIDE}ladder/kinds/", views.kind, name="ladder_kind"),
    path(f"{INSIDE}rating/", views.rating, name="community_rating"),
    path(f"{INSIDE}rating/open/", views.rating_open, name="rating_open"),
]
