from django.urls import URLPattern, path

from essaim.events.views import door, tickets

urlpatterns: list[URLPattern] = []
urlpatterns += [
    path("events/<str:public_id>/door/", door.event_door, name="event_door"),
    path("events/<str:public_id>/door/acts/", door.event_door_acts, name="event_door_acts"),
    path("events/<str:public_id>/door/paper/", door.event_door_paper, name="event_door_paper"),
    path("events/<str:public_id>/door/links/", door.event_door_links, name="event_door_links"),
    path(
        "events/<str:public_id>/door/links/<str:link>/end/",
        door.event_door_link_end,
        name="event_door_link_end",
    ),
    path("events/<str:public_id>/ticket/", tickets.event_ticket, name="event_ticket"),
    path(
        "registrations/<str:token>/ticket/", tickets.registration_ticket, name="registration_ticket"
    ),
    path("events/door/<str:token>/", door.door_by_link, name="door_by_link"),
    path("events/door/<str:token>/acts/", door.door_by_link_acts, name="door_by_link_acts"),
    path("door/<str:code>/", door.door_code, name="door_code"),
]
