from django.urls import path

from essaim.communities import views

INSIDE = "communities/<slug:slug>/"

urlpatterns = [
    path("communities/", views.communities, name="communities"),
    path("communities/new/", views.found, name="community_found"),
    path("founders/<str:token>/", views.founder_answer, name="founder_answer"),
    path(INSIDE, views.community, name="community"),
    path(f"{INSIDE}groups/", views.groups, name="community_groups"),
    path(f"{INSIDE}members/", views.members, name="community_members"),
    path(f"{INSIDE}leave/", views.leave, name="community_leave"),
    path(f"{INSIDE}founding/", views.founding, name="community_founding"),
    path(f"{INSIDE}founding/invite/", views.invite, name="founder_invite"),
    path(f"{INSIDE}founding/withdraw/", views.withdraw, name="founder_withdraw"),
    path(f"{INSIDE}founding/words/withdraw/", views.withdraw_words, name="founder_words_withdraw"),
    path(f"{INSIDE}open/", views.open_it, name="community_open"),
    path(f"{INSIDE}manifesto/", views.manifesto, name="manifesto"),
    path(f"{INSIDE}manifesto/edit/", views.manifesto_edit, name="manifesto_edit"),
    path(f"{INSIDE}manifesto/sign/", views.manifesto_sign, name="manifesto_sign"),
    path(f"{INSIDE}manifesto/<int:version>/", views.manifesto, name="manifesto"),
    path(f"{INSIDE}manifesto/print/", views.manifesto_print, name="manifesto_print"),
    path(f"{INSIDE}manifesto/<int:version>/print/", views.manifesto_print, name="manifesto_print"),
    path(f"{INSIDE}mandates/", views.mandates, name="mandates"),
    path(f"{INSIDE}mandates/end/", views.mandate_end, name="mandate_end"),
    path(
        f"{INSIDE}mandates/<str:role>/delegate/",
        views.mandate_delegate,
        name="mandate_delegate",
    ),
    path(f"{INSIDE}mandates/withdraw/", views.delegation_withdraw, name="delegation_withdraw"),
    path(f"{INSIDE}desk/", views.desk, name="community_desk"),
    path(f"{INSIDE}close/", views.close_from_above, name="community_close_from_above"),
    path(f"{INSIDE}decisions/", views.decisions, name="decisions"),
    path("decisions/<str:public_id>/", views.decision, name="decision"),
    path("decisions/<str:public_id>/appeal/", views.decision_appeal, name="decision_appeal"),
    path("decisions/<str:public_id>/second/", views.decision_answer, name="decision_answer"),
    path(f"{INSIDE}settings/", views.settings, name="community_settings"),
    path(f"{INSIDE}settings/move/", views.move, name="community_move"),
    path(f"{INSIDE}settings/close/", views.close, name="community_close"),
]
