from django.urls import path

from essaim.discussions.views import cases, currents, moderation, positions, posts

urlpatterns = [
    path("threads/<slug:public_id>/write/", posts.thread_post, name="thread_post"),
    path("threads/<slug:public_id>/stance/", positions.thread_stance, name="thread_stance"),
    path("threads/<slug:public_id>/currents/new/", currents.current_new, name="current_new"),
    path("currents/<slug:public_id>/edit/", currents.current_edit, name="current_edit"),
    path("currents/<slug:public_id>/leave/", currents.current_leave, name="current_leave"),
    path("currents/<slug:public_id>/withdraw/", currents.current_withdraw, name="current_withdraw"),
    path("messages/<slug:public_id>/", posts.post, name="post"),
    path("messages/<slug:public_id>/support/", positions.post_support, name="post_support"),
    path("messages/<slug:public_id>/unsupport/", positions.post_unsupport, name="post_unsupport"),
    path("messages/<slug:public_id>/edit/", posts.post_edit, name="post_edit"),
    path("messages/<slug:public_id>/withdraw/", posts.post_withdraw, name="post_withdraw"),
    path("messages/<slug:public_id>/restore/", posts.post_restore, name="post_restore"),
    path("messages/<slug:public_id>/report/", posts.post_report, name="post_report"),
    path(
        "messages/<slug:public_id>/report/withdraw/",
        posts.post_report_withdraw,
        name="post_report_withdraw",
    ),
    path("messages/<slug:public_id>/case/", cases.post_case, name="post_case"),
    path("messages/<slug:public_id>/look/", cases.post_look, name="post_look"),
    path("communities/<slug:slug>/moderation/", moderation.moderation, name="moderation"),
    path(
        "communities/<slug:slug>/moderation/rules/",
        moderation.moderation_rules,
        name="moderation_rules",
    ),
    path("cases/<slug:public_id>/", cases.case, name="case"),
    path("cases/<slug:public_id>/take/", cases.case_take, name="case_take"),
    path("cases/<slug:public_id>/give-back/", cases.case_give_back, name="case_give_back"),
    path("cases/<slug:public_id>/put-back/", cases.case_put_back, name="case_put_back"),
]
