from django.urls import path

from essaim.commitments import views

urlpatterns = [
    path("communities/<slug:slug>/commitments/", views.commitments, name="commitments"),
    path("commitments/<slug:public_id>/done/", views.commitment_done, name="commitment_done"),
]
