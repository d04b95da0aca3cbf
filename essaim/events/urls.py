from django.urls import URLPattern, path

from essaim.events.views import agenda, phones, rounds

EVENT = "events/<str:public_id>"
AGENDA = f"{EVENT}/agenda"
ITEM = f"{AGENDA}/<str:item>"
ROUND = f"{EVENT}/round"
PHONE = "rounds/<str:code>"

urlpatterns: list[URLPattern] = []

# ---- during a gathering
urlpatterns += [
    path(f"{AGENDA}/", agenda.agenda, name="agenda"),
    path(f"{AGENDA}/lead/", agenda.agenda_lead, name="agenda_lead"),
    path(f"{AGENDA}/begin/", agenda.agenda_begin, name="agenda_begin"),
    path(f"{ITEM}/", agenda.agenda_item, name="agenda_item"),
    path(f"{ITEM}/merge/", agenda.agenda_merge, name="agenda_merge"),
    path(f"{ITEM}/move/", agenda.agenda_move, name="agenda_move"),
    path(f"{ITEM}/outcome/", agenda.agenda_outcome, name="agenda_outcome"),
    path(f"{ITEM}/positions/", agenda.agenda_positions, name="agenda_positions"),
    path(f"{ITEM}/remove/", agenda.agenda_remove, name="agenda_remove"),
    path(f"{ITEM}/time/", agenda.agenda_time, name="agenda_time"),
    path(f"{ROUND}/", rounds.round_host, name="round_host"),
    path(f"{ROUND}/paper/", rounds.round_paper, name="round_paper"),
    path(f"{ROUND}/questions/", rounds.round_questions, name="round_questions"),
    path(f"{ROUND}/screen/", rounds.round_screen, name="round_screen"),
    path(f"{ROUND}/state/", rounds.round_state, name="round_state"),
    path(f"{ROUND}/take/", rounds.round_take, name="round_take"),
    path(f"{ROUND}/turns/", rounds.round_turn_add, name="round_turn_add"),
    path(f"{ROUND}/turns/<str:turn>/", rounds.round_turn, name="round_turn"),
    path(f"{ROUND}/lines/<str:line>/hide/", rounds.round_line_hide, name="round_line_hide"),
    path("rounds/", phones.round_typed, name="round_typed"),
    path(f"{PHONE}/", phones.round_phone, name="round_phone"),
    path(f"{PHONE}/say/", phones.round_say, name="round_say"),
    path(f"{PHONE}/turn/", phones.round_ask_turn, name="round_ask_turn"),
    path(f"{PHONE}/turn/leave/", phones.round_leave_line, name="round_leave_line"),
    path(f"{PHONE}/lines/<str:line>/back/", phones.round_back, name="round_back"),
    path(f"{PHONE}/items/<str:item>/", phones.round_tap, name="round_tap"),
]
