"""A reader who reported a mistake gets the answer by email, and an email when it's fixed."""

from datetime import timedelta

import pytest

from briefs.models import Brief, MistakeReport
from circles.mail.delivery import deliver
from circles.models import Mail
from operations import worker
from tests.factories import make_mistake_report, make_section

ADDRESS = "una@example.org"


@pytest.fixture
def wells(brief):
    return make_section(brief, slug="wells", heading="Wells")


@pytest.fixture
def look(mailoutbox):
    """Let the worker look and send, and return what it sent."""

    def look():
        mailoutbox.clear()
        worker.look()
        deliver()
        return list(mailoutbox)

    return look


def publish_an_edition(brief):
    Brief.objects.filter(pk=brief.pk).update(edition=brief.edition + timedelta(days=30))


def test_the_answer_has_the_editors_words_and_none_of_the_readers(wells, admin, look):
    report = make_mistake_report(wells, text="Buy at evil.test!", quote="Evil.", email=ADDRESS)
    assert look() == []
    report.close(admin, "You’re right, it was 1987.", fixes=False)

    (mail,) = look()

    assert mail.to == [ADDRESS]
    assert mail.subject == "About the mistake you reported"
    assert "“Wells.”" in mail.body and "You’re right, it was 1987." in mail.body
    assert wells.get_absolute_url() in mail.body and "next edition" not in mail.body
    everything = mail.body + mail.alternatives[0].content
    assert "evil" not in everything.lower()
    assert look() == []


def test_an_address_is_erased_once_there_is_nothing_more_to_tell(wells, admin, look):
    report = make_mistake_report(wells, email=ADDRESS)
    report.close(admin, fixes=False)
    look()
    assert not MistakeReport.objects.exclude(email="").exists()
    assert not Mail.objects.filter(address=ADDRESS).exists()


def test_a_newer_edition_tells_of_the_fix_once(wells, brief, member, admin, look):
    report = make_mistake_report(wells, reader=member)
    report.close(admin, fixes=True)
    (answer,) = look()
    assert "We’ll fix it in the next edition" in answer.body
    assert look() == []

    publish_an_edition(brief)
    (fixed,) = look()

    assert fixed.to == [member.email]
    assert fixed.subject == "The mistake you reported is fixed"
    assert wells.get_absolute_url() in fixed.body
    assert f"{brief.get_absolute_url()}changes/" in fixed.body
    report.refresh_from_db()
    assert (report.reader, report.email) == (None, "")
    assert look() == []


def test_an_edition_in_preparation_tells_no_one_until_it_is_published(wells, brief, admin, look):
    report = make_mistake_report(wells, email=ADDRESS)
    report.close(admin, fixes=True)
    look()
    publish_an_edition(brief)
    Brief.objects.update(audience="editors")
    assert look() == []

    Brief.objects.update(audience="everyone")
    assert [mail.to for mail in look()] == [[ADDRESS]]


def test_who_did_not_ask_for_an_answer_gets_none(wells, brief, admin, look):
    make_mistake_report(wells).close(admin, "Thanks!", fixes=True)
    assert look() == []
    publish_an_edition(brief)
    assert look() == []


def test_an_email_about_a_brief_with_an_advisory_names_neither_it_nor_the_section(
    wells, brief, admin, look
):
    Brief.objects.update(advisory="It may be hard to read.")
    make_mistake_report(wells, email=ADDRESS).close(admin, fixes=True)
    sent = look()
    publish_an_edition(brief)
    sent += look()

    assert len(sent) == 2
    for mail in sent:
        assert "Wells" not in mail.subject + mail.body and brief.title not in mail.body
