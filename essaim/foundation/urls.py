from django.urls import path

from essaim.foundation import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
]
