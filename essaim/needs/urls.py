from django.urls import path

from essaim.needs.views import board, matches, moderation, needs, offers

COMMUNITY = "communities/<slug:slug>"
NEED = "needs/<str:public_id>"
OFFER = "help/offers/<str:public_id>"
MATCH = "matches/<str:public_id>"
REPORT = "help/<slug:word>/<str:public_id>"

urlpatterns = [
    path("needs/", board.needs_everywhere, name="needs_all"),
    path("needs/atom.xml", board.needs_feed, name="needs_all_feed"),
    path("needs/searches/", board.search_save, name="search_save"),
    path("needs/searches/<str:public_id>/remove/", board.search_remove, name="search_remove"),
    path(f"{COMMUNITY}/needs/", board.needs, name="needs"),
    path(f"{COMMUNITY}/needs/atom.xml", board.needs_feed, name="needs_feed"),
    path(f"{COMMUNITY}/needs/new/", needs.need_new, name="need_new"),
    path(f"{COMMUNITY}/needs/to-carry/", board.needs_to_carry, name="needs_to_carry"),
    path(f"{COMMUNITY}/offers/new/", offers.offer_new, name="help_offer_new"),
    path(f"{NEED}/", needs.need, name="need"),
    path(f"{NEED}/print/", needs.need_print, name="need_print"),
    path(f"{NEED}/edit/", needs.need_edit, name="need_edit"),
    path(f"{NEED}/help/", needs.need_help, name="need_help"),
    path(f"{NEED}/close/", needs.need_close, name="need_close"),
    path(f"{NEED}/renew/", needs.need_renew, name="need_renew"),
    path(f"{NEED}/carry/", needs.need_facilitate, name="need_facilitate"),
    path(f"{NEED}/elected/", needs.need_ask_official, name="need_ask_official"),
    path(f"{OFFER}/", offers.offer, name="help_offer"),
    path(f"{OFFER}/edit/", offers.offer_edit, name="help_offer_edit"),
    path(f"{OFFER}/pause/", offers.offer_pause, name="help_offer_pause"),
    path(f"{OFFER}/renew/", offers.offer_renew, name="help_offer_renew"),
    path(f"{OFFER}/withdraw/", offers.offer_withdraw, name="help_offer_withdraw"),
    path(f"{OFFER}/ask/", offers.offer_ask, name="help_offer_ask"),
    path("me/help/", matches.my_help, name="my_help"),
    path("me/help/<str:public_id>/unblock/", matches.person_unblock, name="person_unblock"),
    path(f"{MATCH}/", matches.match, name="match"),
    path(f"{MATCH}/accept/", matches.match_accept, name="match_accept"),
    path(f"{MATCH}/decline/", matches.match_decline, name="match_decline"),
    path(f"{MATCH}/withdraw/", matches.match_withdraw, name="match_withdraw"),
    path(f"{MATCH}/call-off/", matches.match_call_off, name="match_call_off"),
    path(f"{MATCH}/undo/", matches.match_undo, name="match_undo"),
    path(f"{MATCH}/block/", matches.match_block, name="match_block"),
    path(f"{MATCH}/hours/", matches.match_help, name="match_help"),
    path(f"{MATCH}/confirm/", matches.match_confirm, name="match_confirm"),
    path(f"{MATCH}/joy/", matches.match_joy, name="match_joy"),
    path(f"{MATCH}/story/", matches.match_story, name="match_story"),
    path(f"{REPORT}/report/", moderation.help_report, name="help_report"),
    path(
        f"{REPORT}/report/withdraw/", moderation.help_report_withdraw, name="help_report_withdraw"
    ),
    path(f"{REPORT}/look/", moderation.help_look, name="help_look"),
]
