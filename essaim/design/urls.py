from django.urls import path

from essaim.design import views

urlpatterns = [
    path("design/", views.catalogue, name="catalogue"),
    path("language/", views.choose_language, name="language"),
    path("api/problems/", views.problems, name="problems"),
]
