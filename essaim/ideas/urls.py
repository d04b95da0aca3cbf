from django.urls import path

from essaim.ideas.views import (
    alternatives,
    answers,
    appeals,
    debates,
    feeds,
    ideas,
    programme,
    regrouping,
    sheets,
    upward,
    versions,
)

COMMUNITY = "communities/<slug:slug>"
DEBATE = f"{COMMUNITY}/debates/<str:public_id>"
IDEA = "ideas/<str:public_id>"
DRAFT = f"{COMMUNITY}/programme/draft"
ITEM = f"{DRAFT}/<int:number>"

urlpatterns = [
    path(f"{COMMUNITY}/debates/", debates.debates, name="debates"),
    path(f"{COMMUNITY}/debates/new/", debates.debate_new, name="debate_new"),
    path(f"{COMMUNITY}/debates/atom.xml", feeds.debates_feed, name="debates_feed"),
    path(f"{COMMUNITY}/answers/atom.xml", feeds.answers_feed, name="answers_feed"),
    path(f"{DEBATE}/", debates.debate, name="debate"),
    path(f"{DEBATE}/atom.xml", feeds.ideas_feed, name="ideas_feed"),
    path(f"{DEBATE}/edit/", debates.debate_edit, name="debate_edit"),
    path(f"{DEBATE}/open/", debates.debate_open, name="debate_open"),
    path(f"{DEBATE}/close/", debates.debate_close, name="debate_close"),
    path(f"{DEBATE}/withdraw/", debates.debate_withdraw, name="debate_withdraw"),
    path(f"{DEBATE}/send/", upward.debate_send, name="debate_send"),
    path(f"{DEBATE}/answer/", answers.debate_answer_group, name="debate_answer_group"),
    path(f"{DEBATE}/group/", regrouping.debate_group, name="debate_group"),
    path(f"{DEBATE}/merge/", regrouping.debate_merge, name="debate_merge"),
    path(f"{DEBATE}/propose/", ideas.idea_new, name="idea_new"),
    path(f"{COMMUNITY}/answers/", answers.answers, name="answers"),
    path(f"{IDEA}/", ideas.idea, name="idea"),
    path(f"{IDEA}/print/", sheets.idea_print, name="idea_print"),
    path(f"{IDEA}/edit/", ideas.idea_edit, name="idea_edit"),
    path(f"{IDEA}/support/", ideas.idea_support, name="idea_support"),
    path(f"{IDEA}/unsupport/", ideas.idea_unsupport, name="idea_unsupport"),
    path(f"{IDEA}/withdraw/", ideas.idea_withdraw, name="idea_withdraw"),
    path(f"{IDEA}/hide/", ideas.idea_hide, name="idea_hide"),
    path(f"{IDEA}/split/", regrouping.idea_split, name="idea_split"),
    path(f"{IDEA}/leave/", regrouping.idea_leave_group, name="idea_leave_group"),
    path(f"{IDEA}/kept/", regrouping.idea_kept, name="idea_kept"),
    path("regroupings/<str:public_id>/undo/", regrouping.regrouping_undo, name="regrouping_undo"),
    path(f"{IDEA}/withdrawn/", versions.idea_withdrawn, name="idea_withdrawn"),
    path(f"{IDEA}/restore/", versions.idea_restore, name="idea_restore"),
    path(f"{IDEA}/versions/", versions.idea_versions, name="idea_versions"),
    path("messages/<str:public_id>/idea/", alternatives.idea_of_post, name="idea_of_post"),
    path(f"{IDEA}/answer/", answers.idea_answer, name="idea_answer"),
    path(f"{IDEA}/contest/", appeals.idea_contest, name="idea_contest"),
    path(f"{IDEA}/contest/withdraw/", appeals.idea_contest_withdraw, name="idea_contest_withdraw"),
    path(f"{IDEA}/contest/hide/", appeals.idea_contest_hide, name="idea_contest_hide"),
    path(f"{IDEA}/second-look/", appeals.idea_second_look, name="idea_second_look"),
    path(f"{IDEA}/delivered/", answers.idea_deliver, name="idea_deliver"),
    path(f"{COMMUNITY}/programme/", programme.programme, name="programme"),
    path(f"{COMMUNITY}/programme/versions/<int:number>/", programme.programme, name="programme"),
    path(f"{COMMUNITY}/programme/print/", sheets.programme_print, name="programme_print"),
    path(
        f"{COMMUNITY}/programme/versions/<int:number>/print/",
        sheets.programme_print,
        name="programme_print",
    ),
    path(f"{DRAFT}/", programme.programme_edit, name="programme_edit"),
    path(f"{DRAFT}/publish/", programme.programme_publish, name="programme_publish"),
    path(f"{ITEM}/", programme.programme_item, name="programme_item"),
    path(f"{ITEM}/remove/", programme.programme_item_remove, name="programme_item_remove"),
    path(f"{ITEM}/sentences/", programme.programme_sentence, name="programme_sentence_new"),
    path(
        f"{ITEM}/sentences/<int:position>/",
        programme.programme_sentence,
        name="programme_sentence",
    ),
    path(
        f"{ITEM}/sentences/<int:position>/remove/",
        programme.programme_sentence_remove,
        name="programme_sentence_remove",
    ),
]
