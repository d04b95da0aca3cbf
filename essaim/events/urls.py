from django.urls import path

from essaim.events.views import (
    agenda,
    awareness,
    born,
    costs,
    door,
    events,
    feeds,
    holding,
    imports,
    joy,
    lists,
    minutes,
    moderation,
    people,
    phones,
    pictures,
    registering,
    rounds,
    series,
    templates,
    tickets,
    together,
)

COMMUNITY = "communities/<slug:slug>"
EVENT = "events/<str:public_id>"
TOGETHER = f"{COMMUNITY}/events/together/<int:number>"
SERIES = "series/<str:public_id>"
REGISTRATION = "registrations/<str:token>"
AGENDA = f"{EVENT}/agenda"
ITEM = f"{AGENDA}/<str:item>"
ROUND = f"{EVENT}/round"
PHONE = "rounds/<str:code>"
COST = f"{EVENT}/costs/<str:line>"
ACCOUNT = f"{COMMUNITY}/events/costs"
TEMPLATES = f"{COMMUNITY}/events/templates"
AWARENESS = f"{COMMUNITY}/events/awareness"
PLAN = f"{AWARENESS}/<str:plan>"
STEP = f"{PLAN}/steps/<str:step>"
PICTURE = f"{EVENT}/pictures/<str:picture>"

urlpatterns = [
    path("events/", lists.events_everywhere, name="events_all"),
    path("me/events/", lists.my_events, name="my_events"),
    path(f"{COMMUNITY}/events/", lists.events, name="events"),
    path(f"{COMMUNITY}/events/new/", holding.event_new, name="event_new"),
    path(f"{COMMUNITY}/events/calendar.ics", feeds.events_calendar, name="events_calendar"),
    path(f"{COMMUNITY}/events/import/", imports.event_import, name="event_import"),
    path(f"{COMMUNITY}/events/import/make/", imports.event_import_make, name="event_import_make"),
    path("me/calendar/", feeds.my_calendar, name="my_calendar"),
    path("me/calendar/new/", feeds.my_calendar_new, name="my_calendar_new"),
    path("me/calendar/revoke/", feeds.my_calendar_revoke, name="my_calendar_revoke"),
    path("calendars/<str:token>.ics", feeds.member_calendar, name="member_calendar"),
    path(f"{SERIES}/", series.series, name="series"),
    path(f"{SERIES}/publish/", series.series_publish, name="series_publish"),
    path(f"{SERIES}/skip/", series.series_skip, name="series_skip"),
    path(f"{SERIES}/end/", series.series_end, name="series_end"),
    path(f"{SERIES}/delete/", series.series_delete, name="series_delete"),
    path(f"{TOGETHER}/", together.holding, name="holding"),
    path(f"{TOGETHER}/accept/", together.holding_accept, name="holding_accept"),
    path(f"{TOGETHER}/end/", together.holding_end, name="holding_end"),
    path(f"{EVENT}/", events.event, name="event"),
    path(f"{EVENT}/print/", events.event_print, name="event_print"),
    path(f"{EVENT}/gathering.ics", feeds.event_calendar, name="event_calendar"),
    path(f"{EVENT}/edit/", holding.event_edit, name="event_edit"),
    path(f"{EVENT}/publish/", holding.event_publish, name="event_publish"),
    path(f"{EVENT}/postpone/", holding.event_postpone, name="event_postpone"),
    path(f"{EVENT}/cancel/", holding.event_cancel, name="event_cancel"),
    path(f"{EVENT}/delete/", holding.event_delete, name="event_delete"),
    path(f"{EVENT}/sessions/", holding.event_sessions, name="event_sessions"),
    path(
        f"{EVENT}/sessions/<int:number>/remove/",
        holding.event_session_remove,
        name="event_session_remove",
    ),
    path(f"{EVENT}/together/", together.event_holders, name="event_holders"),
    path(f"{EVENT}/invite/", together.event_invite, name="event_invite"),
    path(f"{EVENT}/people/", people.event_people, name="event_people"),
    path(f"{EVENT}/people/file/", people.event_people_file, name="event_people_file"),
    path(f"{EVENT}/register/", registering.event_register, name="event_register"),
    path(f"{EVENT}/seat/", registering.event_take_seat, name="event_take_seat"),
    path(
        f"{EVENT}/register/mail/",
        registering.event_register_by_mail,
        name="event_register_by_mail",
    ),
    path(f"{EVENT}/registered/", registering.event_registered, name="event_registered"),
    path(f"{EVENT}/report/", moderation.event_report, name="event_report"),
    path(
        f"{EVENT}/report/withdraw/", moderation.event_report_withdraw, name="event_report_withdraw"
    ),
    path(f"{EVENT}/look/", moderation.event_look, name="event_look"),
    path(f"{REGISTRATION}/", registering.registration, name="registration"),
    path(f"{REGISTRATION}/change/", registering.registration_change, name="registration_change"),
    path(f"{REGISTRATION}/cancel/", registering.registration_cancel, name="registration_cancel"),
    path(f"{REGISTRATION}/seat/", registering.registration_take, name="registration_take"),
]

# ---- afterwards
POINT = f"{EVENT}/points/<str:point>"
urlpatterns += [
    path(f"{EVENT}/minutes/", minutes.minutes, name="event_minutes"),
    path(f"{EVENT}/minutes/publish/", minutes.minutes_publish, name="event_minutes_publish"),
    path(f"{EVENT}/points/", minutes.points, name="event_points"),
    path(f"{POINT}/done/", minutes.point_done, name="event_point_done"),
    path(f"{POINT}/take/", minutes.point_take, name="event_point_take"),
    path(f"{POINT}/back/", minutes.point_back, name="event_point_back"),
    path(f"{POINT}/drop/", minutes.point_drop, name="event_point_drop"),
    path(f"{POINT}/hand/", minutes.point_hand, name="event_point_hand"),
]

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
urlpatterns += [
    path(f"{EVENT}/door/", door.event_door, name="event_door"),
    path(f"{EVENT}/door/acts/", door.event_door_acts, name="event_door_acts"),
    path(f"{EVENT}/door/paper/", door.event_door_paper, name="event_door_paper"),
    path(f"{EVENT}/door/links/", door.event_door_links, name="event_door_links"),
    path(
        f"{EVENT}/door/links/<str:link>/end/",
        door.event_door_link_end,
        name="event_door_link_end",
    ),
    path(f"{EVENT}/joy/", joy.event_joy, name="event_joy"),
    path(f"{REGISTRATION}/joy/", joy.registration_joy, name="registration_joy"),
    path(f"{EVENT}/ticket/", tickets.event_ticket, name="event_ticket"),
    path(f"{REGISTRATION}/ticket/", tickets.registration_ticket, name="registration_ticket"),
    path("events/door/<str:token>/", door.door_by_link, name="door_by_link"),
    path("events/door/<str:token>/acts/", door.door_by_link_acts, name="door_by_link_acts"),
    path("door/<slug:code>/", door.door_code, name="door_code"),
]

# ---- what it cost, and what gatherings begin with
urlpatterns += [
    path(f"{EVENT}/costs/", costs.event_costs, name="event_costs"),
    path(f"{EVENT}/costs.csv", costs.event_costs_file, name="event_costs_file"),
    path(f"{COST}/", costs.event_cost, name="event_cost"),
    path(f"{COST}/remove/", costs.event_cost_remove, name="event_cost_remove"),
    path(f"{ACCOUNT}/", costs.events_costs, name="events_costs"),
    path(f"{ACCOUNT}.csv", costs.events_costs_file, name="events_costs_file"),
    path(f"{ACCOUNT}/rate/", costs.events_rate, name="events_rate"),
    path(f"{TEMPLATES}/", templates.event_templates, name="event_templates"),
    path(f"{TEMPLATES}/<str:kind>/", templates.event_template, name="event_template"),
    path(
        f"{TEMPLATES}/<str:kind>/reset/",
        templates.event_template_reset,
        name="event_template_reset",
    ),
]

# ---- after it
urlpatterns += [
    path(f"{EVENT}/born/", born.event_born, name="event_born"),
    path(f"{EVENT}/born/needs/<slug:slug>/", born.event_need, name="event_need"),
    path(
        f"{EVENT}/born/needs/<str:need>/unlink/",
        born.event_need_unlink,
        name="event_need_unlink",
    ),
    path(f"{EVENT}/pictures/", pictures.event_pictures, name="event_pictures"),
    path(f"{EVENT}/pictures/new/", pictures.event_picture_new, name="event_picture_new"),
    path(f"{PICTURE}/", pictures.event_picture, name="event_picture"),
    path(
        f"{PICTURE}/small/",
        pictures.event_picture,
        {"is_small": True},
        name="event_picture_small",
    ),
    path(f"{PICTURE}/no/", pictures.event_picture_object, name="event_picture_object"),
    path(f"{PICTURE}/again/", pictures.event_picture_show, name="event_picture_show"),
    path(f"{PICTURE}/remove/", pictures.event_picture_remove, name="event_picture_remove"),
]

# ---- before something begins
urlpatterns += [
    path(f"{AWARENESS}/new/", awareness.awareness_new, name="awareness_new"),
    path(f"{PLAN}/", awareness.awareness, name="awareness"),
    path(f"{PLAN}/edit/", awareness.awareness_edit, name="awareness_edit"),
    path(f"{PLAN}/end/", awareness.awareness_end, name="awareness_end"),
    path(f"{STEP}/", awareness.awareness_step, name="awareness_step"),
    path(f"{STEP}/remove/", awareness.awareness_step_remove, name="awareness_step_remove"),
    path(f"{STEP}/link/", awareness.awareness_step_link, name="awareness_step_link"),
    path(f"{STEP}/unlink/", awareness.awareness_step_unlink, name="awareness_step_unlink"),
]
