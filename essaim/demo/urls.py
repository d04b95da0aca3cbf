from django.urls import path

from essaim.demo import views

urlpatterns = [
    path("", views.demo, name="demo"),
    path("mailbox", views.mailbox, name="demo_mailbox"),
    path("enter", views.enter_as, name="demo_enter_as"),
]
