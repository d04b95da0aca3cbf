from django.urls import path

from essaim.discussions import views

urlpatterns = [
    path("threads/<slug:public_id>/write/", views.thread_post, name="thread_post"),
    path("messages/<slug:public_id>/edit/", views.post_edit, name="post_edit"),
    path("messages/<slug:public_id>/withdraw/", views.post_withdraw, name="post_withdraw"),
    path("messages/<slug:public_id>/report/", views.post_report, name="post_report"),
    path("communities/<slug:slug>/moderation/", views.moderation, name="moderation"),
    path("reports/<slug:public_id>/decide/", views.report_decide, name="report_decide"),
]
