from django.urls import path

from essaim.projects.views import (
    effects,
    gates,
    isolation,
    logbook,
    observations,
    people,
    projects,
    stories,
    support,
    validation,
)

COMMUNITY = "communities/<slug:slug>"
PROJECT = "projects/<str:public_id>"
SEEN = "observations/<str:public_id>"

urlpatterns = [
    path(f"{COMMUNITY}/projects/", projects.projects, name="projects"),
    path(f"{COMMUNITY}/projects/new/", projects.project_new, name="project_new"),
    path(f"{COMMUNITY}/projects/queue/", validation.projects_queue, name="projects_queue"),
    path(f"{COMMUNITY}/projects/policy/", validation.projects_policy, name="projects_policy"),
    path(
        f"{COMMUNITY}/projects/policy/retire/",
        validation.criterion_retire,
        name="criterion_retire",
    ),
    path(f"{COMMUNITY}/observations/", observations.observations, name="observations"),
    path(f"{SEEN}/withdraw/", observations.observation_withdraw, name="observation_withdraw"),
    path(f"{SEEN}/report/", observations.observation_report, name="observation_report"),
    path(f"{SEEN}/hide/", observations.observation_hide, name="observation_hide"),
    path("projects/invitations/<str:token>/", people.invitation, name="project_invitation"),
    path(
        "projects/invitations/<str:token>/withdraw/",
        people.invitation_withdraw,
        name="project_invitation_withdraw",
    ),
    path(f"{PROJECT}/", projects.project, name="project"),
    path(f"{PROJECT}/edit/", projects.project_edit, name="project_edit"),
    path(f"{PROJECT}/submit/", projects.project_submit, name="project_submit"),
    path(f"{PROJECT}/take-up/", projects.project_take_up, name="project_take_up"),
    path(f"{PROJECT}/take-back/", projects.project_take_back, name="project_take_back"),
    path(f"{PROJECT}/withdraw/", projects.project_withdraw, name="project_withdraw"),
    path(f"{PROJECT}/pause/", projects.project_pause, name="project_pause"),
    path(f"{PROJECT}/resume/", projects.project_resume, name="project_resume"),
    path(f"{PROJECT}/end/", projects.project_end, name="project_end"),
    path(f"{PROJECT}/validate/", validation.project_validate, name="project_validate"),
    path(f"{PROJECT}/team/", people.project_team, name="project_team"),
    path(f"{PROJECT}/team/end/", people.part_end, name="project_part_end"),
    path(f"{PROJECT}/sponsor/end/", people.sponsor_end, name="sponsor_end"),
    path(
        f"{PROJECT}/sponsors/<str:sponsor>/exception/",
        people.sponsor_exception,
        name="sponsor_exception",
    ),
    path(f"{PROJECT}/support/", support.support_new, name="support_new"),
    path(f"{PROJECT}/support/done/", support.support_done, name="support_done"),
    path(f"{PROJECT}/touches/", support.party_new, name="party_new"),
    path(f"{PROJECT}/touches/told/", support.party_told, name="party_told"),
    path(f"{PROJECT}/object/", support.objection_new, name="objection_new"),
    path(
        f"{PROJECT}/objections/<str:objection>/", support.objection_answer, name="objection_answer"
    ),
    path(
        f"{PROJECT}/objections/<str:objection>/report/",
        observations.objection_report,
        name="objection_report",
    ),
    path(f"{PROJECT}/obstacles/", support.obstacle_new, name="obstacle_new"),
    path(f"{PROJECT}/obstacles/<str:obstacle>/", support.obstacle_remove, name="obstacle_remove"),
    path(f"{PROJECT}/gates/ask/", gates.gate_ask, name="gate_ask"),
    path(f"{PROJECT}/gates/met/", gates.condition_met, name="condition_met"),
    path(f"{PROJECT}/gates/<str:gate_id>/", gates.gate, name="gate"),
    path(f"{PROJECT}/report/", observations.project_report, name="project_report"),
    path(f"{PROJECT}/hide/", observations.project_hide, name="project_hide"),
]

# ---- logbook, effects, stories

ENTRY = "logbook/<str:public_id>"
CHECK = "checks/<str:public_id>"
EFFECTS = f"{PROJECT}/effects"
ITEM = f"{EFFECTS}/<slug:part>/<str:item>"

urlpatterns += [
    path(f"{PROJECT}/logbook/", logbook.project_logbook, name="project_logbook"),
    path(f"{PROJECT}/logbook/new/", logbook.entry_new, name="entry_new"),
    path(f"{ENTRY}/", logbook.entry, name="entry"),
    path(f"{ENTRY}/picture/", logbook.entry_picture, name="entry_picture"),
    path(f"{ENTRY}/edit/", logbook.entry_edit, name="entry_edit"),
    path(f"{ENTRY}/withdraw/", logbook.entry_withdraw, name="entry_withdraw"),
    path(f"{ENTRY}/restore/", logbook.entry_restore, name="entry_restore"),
    path(f"{ENTRY}/report/", logbook.entry_report, name="entry_report"),
    path(f"{ENTRY}/report/withdraw/", logbook.entry_report_withdraw, name="entry_report_withdraw"),
    path(f"{ENTRY}/look/", logbook.entry_look, name="entry_look"),
    path(f"{PROJECT}/how-are-you/", isolation.project_isolation, name="project_isolation"),
    path(f"{CHECK}/share/", isolation.isolation_share, name="isolation_share"),
    path(f"{CHECK}/keep/", isolation.isolation_keep, name="isolation_keep"),
    path(f"{CHECK}/erase/", isolation.isolation_erase, name="isolation_erase"),
    path(f"{EFFECTS}/", effects.project_effects, name="project_effects"),
    path(f"{EFFECTS}/print/", effects.project_effects_print, name="project_effects_print"),
    path(f"{EFFECTS}/words/", effects.effect_words, name="effect_words"),
    path(f"{EFFECTS}/<slug:part>/new/", effects.effect_new, name="effect_new"),
    path(f"{ITEM}/edit/", effects.effect_edit, name="effect_edit"),
    path(f"{ITEM}/remove/", effects.effect_remove, name="effect_remove"),
    path(f"{ITEM}/restore/", effects.effect_restore, name="effect_restore"),
    path("news/<str:public_id>/", effects.news, name="news"),
    path(f"{PROJECT}/story/", stories.project_story, name="project_story"),
    path(f"{PROJECT}/story/edit/", stories.story_edit, name="story_edit"),
    path(f"{PROJECT}/story/withdraw/", stories.story_withdraw, name="story_withdraw"),
    path(f"{PROJECT}/story/begin/", stories.story_begin, name="story_begin"),
    path(f"{PROJECT}/kit/new/", stories.kit_new, name="kit_new"),
    path("kit/<str:public_id>/", stories.kit_file, name="kit_file"),
    path("kit/<str:public_id>/remove/", stories.kit_remove, name="kit_remove"),
]
