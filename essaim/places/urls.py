from django.urls import path

from essaim.places import views

urlpatterns = [
    path("places/complete", views.places_complete, name="places_complete"),
]
