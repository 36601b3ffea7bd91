"""Our calendars, read by ical.js, the parser of Thunderbird and others."""

from datetime import datetime

import pytest

from circles.calendars.ical import meeting_file
from circles.models import CalendarFeed
from tests.circles.calendars.calendar_cases import as_stored, edit_and_cancel, make_two_hundred

from . import npm

ICAL_JS = {
    "name": "ical.js",
    "version": "2.2.1",
    "integrity": "sha512-yK/UlPbEs316igb/tjRgbFA8ZV75rCsBJp/hWOatpyaPNlgw0dGDmU+"
    "FoicOcwX4xXkeXOkYiOmCqNPFpNPkQg==",
    "member": "dist/ical.es5.min.cjs",
}
# ical.js has no time zones of its own, so it uses the VTIMEZONEs of each calendar.
READ = """
texts => texts.flatMap(text => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map(part => {
    const event = new ICAL.Event(part);
    const utc = time => time.convertToZone(ICAL.Timezone.utcTimezone).toString();
    const status = part.getFirstPropertyValue("status");
    return [event.uid, utc(event.startDate), utc(event.endDate), event.sequence, status];
  });
})
"""


@pytest.fixture
def ical_js(browser):
    """A page with ical.js loaded."""
    try:
        script = npm.fetch(**ICAL_JS)
    except npm.NotFetched as error:
        pytest.fail(f"No ical.js: {error}", pytrace=False)
    page = browser.new_page()
    page.add_script_tag(content=script)
    yield page
    page.close()


def read(page, contents):
    found = page.evaluate(READ, [content.decode() for content in contents])
    return {
        uid: (datetime.fromisoformat(start), datetime.fromisoformat(end), sequence, status)
        for uid, start, end, sequence, status in found
    }


@pytest.mark.long
def test_two_hundred_meetings_are_read_back_to_the_instant(ical_js, client, circle, member, brief):
    meetings = make_two_hundred(circle, brief)
    address = f"/calendar/{CalendarFeed.objects.issue(member)[1]}.ics"
    stored_new = as_stored(meetings)
    new = read(ical_js, [client.get(address).content])
    edit_and_cancel(meetings)

    feed = read(ical_js, [client.get(address).content])
    files = read(ical_js, [meeting_file(meeting) for meeting in meetings])

    assert len(new) == 200
    assert new == stored_new
    assert feed == as_stored(meetings)
    assert files == as_stored(meetings)
