from django.urls import path

from essaim.discussions.views import moderation, posts

urlpatterns = [
    path("threads/<slug:public_id>/write/", posts.thread_post, name="thread_post"),
    path("messages/<slug:public_id>/edit/", posts.post_edit, name="post_edit"),
    path("messages/<slug:public_id>/withdraw/", posts.post_withdraw, name="post_withdraw"),
    path("messages/<slug:public_id>/report/", posts.post_report, name="post_report"),
    path("communities/<slug:slug>/moderation/", moderation.moderation, name="moderation"),
    path("reports/<slug:public_id>/decide/", moderation.report_decide, name="report_decide"),
]
