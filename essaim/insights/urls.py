from django.urls import path

from essaim.insights import views

INSIDE = "communities/<slug:slug>/"

urlpatterns = [
    path(f"{INSIDE}figures/", views.figures, name="community_figures"),
]
