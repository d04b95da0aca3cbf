from django.urls import path

from essaim.outreach import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices_read"),
    path("me/mail/", views.mail_preferences, name="mail_preferences"),
    path("mail/stop/<slug:token>/", views.mail_stop, name="mail_stop"),
]
