"""Pages of needs, offers and matches: what they show, to whom, and what one can do there."""

import pytest
from django.test import Client

from essaim.communities.models import Audience, Community, Mandate, Membership, Role
from essaim.foundation.activity import deliver_pending
from essaim.foundation.clock import now, today
from essaim.members.models import Block, Member
from essaim.needs import actions, tasks
from essaim.needs.models import (
    Closing,
    Help,
    Match,
    MatchMessage,
    Need,
    NeedKind,
    Offer,
    SavedSearch,
    Side,
    State,
)
from essaim.needs.tests.factories import (
    entrust,
    make_community,
    make_match,
    make_member,
    make_need,
    make_offer,
    make_person,
)

pytestmark = pytest.mark.django_db


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def community() -> Community:
    return make_community()


def _text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (answer.status_code, answer.content[:300])
    return answer.content.decode()


def test_the_board_shows_what_is_under_an_hour_first(community: Community) -> None:
    make_need(community, title="Paint the hall", minutes=840)
    make_need(community, title="Carry a sofa", minutes=30)
    for address in ("/needs/", f"/communities/{community.slug}/needs/"):
        page = _text(Client(), address)
        assert page.index("Carry a sofa") < page.index("Paint the hall")


def test_the_board_is_filtered_by_skill_length_and_from_where(community: Community) -> None:
    make_need(community, title="Read a lease", skills=("law",))
    make_need(community, title="Drive a van", skills=("driving",), minutes=420)
    address = f"/communities/{community.slug}/needs/"
    assert "Drive a van" not in _text(Client(), f"{address}?skill=law")
    assert "Read a lease" not in _text(Client(), f"{address}?length=longer")
    assert "Read a lease" in _text(Client(), f"{address}?remote=on")
    assert "Nothing like this just now" in _text(Client(), f"{address}?skill=falconry")
    assert "new sent to you" in _text(Client(), f"{address}?skill=falconry")
    assert "new sent to you" not in _text(Client(), f"{address}?skill=falconry&kind=offers")


def test_a_search_for_offers_is_refused_with_a_word(community: Community) -> None:
    client = signed_in(make_person(community))
    kept = {"skill": "law", "kind": "offers", "community": community.slug}
    answer = client.post("/needs/searches/", kept, follow=True)
    assert "Only searches for needs are kept" in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_an_empty_board_says_the_next_step(community: Community) -> None:
    member = make_person(community)
    page = _text(signed_in(member), f"/communities/{community.slug}/needs/")
    assert f"/communities/{community.slug}/needs/new/" in page


def test_a_need_is_posted_by_a_guided_form(community: Community) -> None:
    member = make_person(community)
    client = signed_in(member)
    address = f"/communities/{community.slug}/needs/new/"
    assert "What there is once it is done" in _text(client, address)
    form = {
        "title": "Read a lease with us",
        "what_for": "We rent a room.",
        "deliverable": "Three remarks.",
        "minutes": "60",
        "people": "2",
        "remote": "remote",
        "must": "law, leases",
        "nice": "patience",
        "kind": "help",
        "audience": "public",
        "language": "en",
    }
    empty = client.post(address, {**form, "title": ""})
    assert empty.status_code == 422
    answer = client.post(address, form)
    need = Need.objects.get()
    assert answer.headers["Location"] == f"/needs/{need.public_id}/"
    assert list(need.skills.order_by("pk").values_list("name", "is_must")) == [
        ("law", True),
        ("leases", True),
        ("patience", False),
    ]
    page = _text(client, f"/needs/{need.public_id}/")
    assert "law, leases" in page


def test_an_address_in_a_need_is_refused_beside_its_field(community: Community) -> None:
    client = signed_in(make_person(community))
    answer = client.post(
        f"/communities/{community.slug}/needs/new/",
        {
            "title": "Call me",
            "what_for": "Write to anna@example.org or 06 12 34 56 78",
            "deliverable": "x",
            "minutes": "60",
            "people": "1",
            "remote": "remote",
            "kind": "help",
            "audience": "public",
            "language": "en",
        },
    )
    assert answer.status_code == 422
    assert "No e-mail address and no phone number here" in answer.content.decode()


def test_someone_helps_from_the_first_word_to_the_thanks(community: Community) -> None:
    poster, helper = make_person(community, "Paula"), make_person(community, "Hugo")
    need = make_need(community, poster)
    theirs, mine = signed_in(poster), signed_in(helper)
    page = _text(mine, f"/needs/{need.public_id}/")
    assert f"/needs/{need.public_id}/help/" in page
    answer = mine.post(f"/needs/{need.public_id}/help/", {"text": "I read leases."})
    match = Match.objects.get()
    assert answer.headers["Location"] == f"/matches/{match.public_id}/"
    deliver_pending()
    assert "Hugo would help" in _text(theirs, "/notices/")
    assert "waits for you" in _text(theirs, "/me/help/")
    theirs.post(f"/matches/{match.public_id}/accept/")
    need.refresh_from_db()
    assert need.filled_at
    mine.post(f"/matches/{match.public_id}/", {"text": "Tomorrow at ten?"})
    assert "Tomorrow at ten?" in _text(theirs, f"/matches/{match.public_id}/")
    mine.post(f"/matches/{match.public_id}/hours/", {"minutes": "120"})
    form = _text(theirs, f"/matches/{match.public_id}/confirm/")
    assert 'value="120" selected' in form
    theirs.post(
        f"/matches/{match.public_id}/confirm/", {"minutes": "120", "thanks": "You saved us."}
    )
    match.refresh_from_db()
    assert match.state == State.DONE
    assert "You saved us." in _text(mine, f"/matches/{match.public_id}/")
    assert "2 h in 1 help" in _text(mine, "/me/help/")
    mine.post(f"/matches/{match.public_id}/joy/", {"joy": "9"})
    assert Help.objects.get().joy == 9
    theirs.post(
        f"/matches/{match.public_id}/story/", {"story": "We have a room now.", "audience": "public"}
    )
    assert "We have a room now." in _text(Client(), f"/needs/{need.public_id}/")


def test_an_address_in_first_words_is_asked_about_once(community: Community) -> None:
    helper = make_person(community)
    need = make_need(community)
    client = signed_in(helper)
    address = f"/needs/{need.public_id}/help/"
    answer = client.post(address, {"text": "Write to me: hugo@example.org"})
    assert answer.status_code == 422
    assert "gives_address" in answer.content.decode()
    assert not Match.objects.exists()
    client.post(address, {"text": "Write to me: hugo@example.org", "gives_address": "on"})
    assert MatchMessage.objects.count() == 1


def test_nobody_else_reads_a_match(community: Community) -> None:
    match = make_match(make_need(community))
    host = entrust(make_person(community), community, Role.HOST)
    for other in (host, make_person(community), make_member()):
        _text(signed_in(other), f"/matches/{match.public_id}/", 404)


def test_whoever_answers_asks_by_an_offer(community: Community) -> None:
    poster = make_person(community)
    need, offer = make_need(community, poster), make_offer(community)
    client = signed_in(poster)
    assert need.title in _text(client, f"/help/offers/{offer.public_id}/ask/")
    client.post(
        f"/help/offers/{offer.public_id}/ask/", {"need": need.public_id, "text": "Can you?"}
    )
    match = Match.objects.get()
    assert (match.asked_by, match.offer_id) == (Side.NEED, offer.pk)


def test_an_offer_is_made_paused_renewed_and_taken_back(community: Community) -> None:
    member = make_person(community)
    client = signed_in(member)
    form = {
        "words": "I drive a van.",
        "skills": "driving",
        "minutes_a_month": "240",
        "slots": "2",
        "remote": "remote",
        "audience": "members",
        "language": "en",
    }
    client.post(f"/communities/{community.slug}/offers/new/", form)
    offer = Offer.objects.get()
    page = f"/help/offers/{offer.public_id}/"
    assert "I drive a van." in _text(client, page)
    _text(Client(), page, 404)
    assert "I drive a van." in _text(
        signed_in(make_person(community)), f"/communities/{community.slug}/needs/?kind=offers"
    )
    client.post(f"{page}pause/")
    assert Offer.objects.get().paused_at
    client.post(f"{page}renew/")
    assert Offer.objects.get().is_open
    client.post(f"{page}edit/", {**form, "words": "I drive a lorry."})
    assert Offer.objects.get().words == "I drive a lorry."
    client.post(f"{page}withdraw/")
    assert (Offer.objects.get().words, Offer.objects.get().withdrawn_at is None) == ("", False)


def test_what_is_meant_for_the_elected_goes_through_a_facilitator(community: Community) -> None:
    poster = make_person(community)
    need = make_need(community, poster, kind=NeedKind.OFFICIAL, title="A crossing by the school")
    facilitator = entrust(make_person(community), community, Role.FACILITATOR)
    elected = entrust(make_person(community, "Elsa"), community, Role.ELECTED, "mayor")
    page = f"/needs/{need.public_id}/"
    _text(signed_in(make_person(community)), page, 404)
    assert "A crossing" not in _text(Client(), "/needs/")
    client = signed_in(facilitator)
    client.post(f"{page}carry/", {"decision": "take"})
    assert "A crossing" in _text(Client(), page)
    assert "Elsa" in _text(client, f"{page}elected/")
    client.post(f"{page}elected/", {"official": elected.public_id, "text": "May we meet?"})
    match = Match.objects.get()
    assert match.helper_id == elected.pk
    signed_in(elected).post(f"/matches/{match.public_id}/accept/")
    assert Match.objects.get().state == State.ACCEPTED
    _text(signed_in(poster), f"/matches/{match.public_id}/", 404)
    next_one = entrust(make_person(community), community, Role.FACILITATOR)
    tasks.hand_back_what_nobody_carries()
    assert Need.objects.get().facilitator == facilitator
    Mandate.objects.filter(member=facilitator).update(ends_on=today())
    tasks.hand_back_what_nobody_carries()
    deliver_pending()
    assert "a facilitator is needed" in _text(signed_in(next_one), "/notices/")
    _text(Client(), page, 404)
    signed_in(next_one).post(f"{page}carry/", {"decision": "take"})
    assert "Elsa" in _text(signed_in(next_one), f"/matches/{match.public_id}/")
    _text(client, f"/matches/{match.public_id}/", 404)


def test_a_refused_need_says_why_and_can_be_contested(community: Community) -> None:
    need = make_need(community, kind=NeedKind.OFFICIAL)
    facilitator = entrust(make_person(community), community, Role.FACILITATOR)
    client = signed_in(facilitator)
    page = f"/needs/{need.public_id}/"
    assert client.post(f"{page}carry/", {"decision": "refuse"}).status_code == 422
    client.post(f"{page}carry/", {"decision": "refuse", "reason": "The town has no say in it."})
    need.refresh_from_db()
    assert need.closing == Closing.REFUSED


def test_whom_one_keeps_away_can_no_longer_ask(community: Community) -> None:
    poster, helper = make_person(community), make_person(community)
    need = make_need(community, poster)
    match = make_match(need, helper)
    signed_in(poster).post(f"/matches/{match.public_id}/block/")
    match.refresh_from_db()
    assert match.state == State.WITHDRAWN
    other = make_need(community, poster)
    assert signed_in(helper).post(f"/needs/{other.public_id}/help/", {"text": "x"}).status_code == (
        403
    )
    client = signed_in(poster)
    assert helper.name in _text(client, "/me/help/")
    client.post(f"/me/help/{helper.public_id}/unblock/")
    assert not Block.objects.exists()


def test_a_match_names_everybody_who_reads_it(community: Community) -> None:
    poster = make_person(community, "Paula", name_key="paula")
    contact = make_person(community, "Carl", name_key="carl")
    match = make_match(make_need(community, poster), make_person(community, "Hugo"))
    page = f"/matches/{match.public_id}/"
    assert match.helper
    assert "Only the two of you read this page." in _text(signed_in(match.helper), page)
    Need.objects.update(contact=contact)
    assert "read this page: you, Carl, Paula." in _text(signed_in(match.helper), page)
    assert "Keep Carl, Paula away" in _text(signed_in(match.helper), page)
    assert "read this page: you, Hugo, Paula." in _text(signed_in(contact), page)
    assert "Keep Hugo away" in _text(signed_in(contact), page)
    Membership.objects.filter(member=poster).update(left_at=now())
    assert "Only the two of you read this page." in _text(signed_in(match.helper), page)


def test_a_search_is_kept_and_told_in_the_mail(community: Community) -> None:
    member = make_person(community)
    client = signed_in(member)
    client.post("/needs/searches/", {"skill": "law", "community": community.slug})
    search = SavedSearch.objects.get()
    assert search.params == {"skill": "law"}
    assert "law" in _text(client, "/me/help/")
    make_need(community, title="Read a lease", skills=("law",))
    tasks.tell_what_searches_found()
    assert "1 new" in _text(client, "/notices/")
    left = Membership.objects.filter(member=member)
    left.update(left_at=now())
    Community.objects.filter(pk=community.pk).update(visibility="private", name="Quiet house")
    for address in ("/me/help/", "/notices/"):
        assert "Quiet house" not in _text(client, address)
    assert "no longer see" in _text(client, "/me/help/")
    client.post(f"/needs/searches/{search.public_id}/remove/")
    assert not SavedSearch.objects.exists()


def test_a_need_prints_with_a_square_that_leads_to_it(community: Community) -> None:
    need = make_need(community)
    page = _text(Client(), f"/needs/{need.public_id}/print/")
    assert "Can you help? Say so here:" in page
    assert "<svg" in page


def test_the_feed_holds_what_everyone_may_read(community: Community) -> None:
    make_need(community, title="Open to all")
    make_need(community, title="For members", audience=Audience.MEMBERS)
    for address in ("/needs/atom.xml", f"/communities/{community.slug}/needs/atom.xml"):
        feed = _text(Client(), address)
        assert "Open to all" in feed
        assert "For members" not in feed


def test_a_need_is_renewed_and_ended(community: Community) -> None:
    poster = make_person(community)
    need = make_need(community, poster)
    waiting = make_match(need)
    client = signed_in(poster)
    client.post(f"/needs/{need.public_id}/renew/")
    client.post(f"/needs/{need.public_id}/close/", {"closing": "done"})
    need.refresh_from_db()
    waiting.refresh_from_db()
    assert (need.closing, waiting.state) == (Closing.DONE, State.RELEASED)
    assert "It is over" in _text(client, f"/needs/{need.public_id}/")


def test_a_message_is_reported_to_moderators_who_read_this_one_alone(
    community: Community,
) -> None:
    poster, helper = make_person(community), make_person(community)
    moderator = entrust(make_person(community), community, Role.MODERATOR)
    match = make_match(make_need(community, poster), helper)
    actions.write_message(member=helper, match=match, text="A rude word.")
    actions.write_message(member=helper, match=match, text="Another thing.")
    message = MatchMessage.objects.order_by("pk").first()
    assert message
    client = signed_in(poster)
    client.post(f"/help/message/{message.public_id}/report/", {"reason": "abuse"})
    page = _text(signed_in(moderator), f"/communities/{community.slug}/moderation/")
    assert "a private message" in page
    assert "Another thing." not in page
