"""A gathering that comes again, and calendars, in a browser: with and without JavaScript."""

from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, expect

from essaim.communities.models import Community
from essaim.events.models import CalendarAddress, Event, Series, State
from essaim.events.tests.factories import make_host
from essaim.foundation.clock import now
from tests.journeys.walker import Walker, signed_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_gathering_comes_again_and_is_changed_from_one_evening_on(
    walker: Walker, movement: Community
) -> None:
    host = make_host(movement, name="Ada L.")
    signed_in(walker, host)
    walker.go(f"/communities/{movement.slug}/events/new/")
    walker.fill("What it is called", "Reading evening")
    walker.fill("Where exactly", "12 rue Serviez")
    walker.page.get_by_text("Repeat it").first.click()
    walker.select("How often", "every two weeks")
    walker.clean()
    walker.press("Publish it")
    walker.see("Reading evening")
    walker.see("Every second")
    walker.clean()
    series = Series.objects.get()
    assert series.evenings.filter(state=State.PUBLISHED).count() > 5

    walker.follow("All its evenings")
    walker.see("Its next evenings")
    walker.clean()
    walker.press("Leave a day out")
    walker.clean()
    walker.press("Go back")
    walker.press("Change the following ones")
    walker.choose("this one and all that follow")
    walker.fill("Where exactly", "Town hall")
    walker.clean()
    walker.press("Save")
    walker.see("Saved, from this one on.")
    walker.see("Town hall")
    assert set(Event.objects.values_list("address", flat=True)) == {"Town hall"}


def test_a_calendar_is_taken_over_and_another_read_by_a_secret_address(
    walker: Walker, movement: Community
) -> None:
    signed_in(walker, make_host(movement, name="Ada L."))
    soon = f"{now() + timedelta(days=9):%Y%m%dT180000Z}"
    file = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Other//EN\r\n"
        f"BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:Choir\r\nDTSTART:{soon}\r\nDURATION:PT2H\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:b\r\nSUMMARY:No start\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    walker.go(f"/communities/{movement.slug}/events/")
    walker.unfold("For those who hold gatherings")
    walker.follow("Take over gatherings from another calendar")
    walker.clean()
    given = FilePayload(name="choir.ics", mimeType="text/calendar", buffer=file.encode())
    walker.page.get_by_label("The calendar").set_input_files(given)
    walker.press("See what is in it")
    walker.see("Choir")
    walker.see("It does not say when it begins.")
    walker.clean()
    walker.press("Make 1 draft")
    walker.see("1 draft is made")
    assert Event.objects.get().state == State.DRAFT

    walker.go("/me/events/")
    walker.follow("See it in your own calendar")
    walker.clean()
    walker.press("Make my address")
    expect(walker.page.locator("main code")).to_contain_text("/calendars/")
    walker.clean()
    walker.press("I have copied it")
    walker.see("You have one since")
    walker.press("Revoke it")
    walker.see("The address opens nothing any more")
    assert not CalendarAddress.objects.filter(revoked_at__isnull=True).exists()
