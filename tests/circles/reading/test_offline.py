"""What a reader's device keeps of a brief, and what it sends when it's back."""

import pytest
from django.urls import reverse

from circles.models import Reading, ReadMark
from tests.factories import make_section

pytestmark = pytest.mark.django_db


def shelf(brief):
    return reverse("circles:brief_offline", args=[brief.slug])


def read(section):
    return reverse("circles:section_read", args=[section.brief.slug, section.slug])


def put(client, section, body, **headers):
    form = "application/x-www-form-urlencoded"
    return client.put(read(section), body, content_type=form, headers=headers)


def test_the_service_worker_reaches_every_page_and_is_asked_for_each_time(client):
    answer = client.get("/service-worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"


def test_a_device_keeps_the_pages_of_a_brief_and_the_readers_own_reading_of_it(
    client, circle, meeting, member, section
):
    brief = meeting.brief
    make_section(brief, slug="group", heading="A group", body="")
    Reading.objects.create(meeting=meeting, section=section)
    client.force_login(member)

    told = client.get(shelf(brief)).json()

    cover = brief.get_absolute_url()
    own = f"/circles/{circle.slug}/meetings/{meeting.number}/read/"
    assert {cover, f"{cover}all/", f"{cover}{section.slug}/", own, f"{own}{section.slug}/"} <= set(
        told["pages"]
    )
    assert f"{cover}group/" not in told["pages"]
    assert [link["address"] for link in told["links"]] == [cover, own]
    assert told["asks"] is False
    for page in told["pages"]:
        assert client.get(page).status_code == 200


def test_each_part_is_what_the_page_would_load(client, meeting, member, section):
    brief = meeting.brief
    client.force_login(member)

    parts = client.get(shelf(brief)).json()["parts"]

    mine = reverse("circles:brief_mine", args=[brief.slug])
    assert {mine, f"{mine}?at=cover", f"{mine}?at={section.slug}"} <= set(parts)
    for address, text in parts.items():
        loaded = client.get(address, headers={"HX-Request": "true"}).text
        assert text.count("<") == loaded.count("<"), address
        assert 'data-offline="' in text


def test_a_brief_with_an_advisory_asks_first(client, meeting, member):
    meeting.brief.advisory = "It may be hard to read."
    meeting.brief.save()
    client.force_login(member)

    assert client.get(shelf(meeting.brief)).json()["asks"] is True


def test_the_number_of_questions_to_the_database_does_not_grow(
    client, meeting, member, section, django_assert_max_num_queries
):
    for number in range(5):
        more = make_section(meeting.brief, slug=f"more-{number}", heading=f"More {number}")
        Reading.objects.create(meeting=meeting, section=more)
    client.force_login(member)
    client.get(shelf(meeting.brief))

    with django_assert_max_num_queries(14):
        client.get(shelf(meeting.brief))


def test_visitors_get_no_script_that_keeps_anything(client, meeting, section):
    brief = meeting.brief
    mine = reverse("circles:brief_mine", args=[brief.slug])

    pages = [brief.get_absolute_url(), f"{brief.get_absolute_url()}{section.slug}/"]
    parts = [mine, f"{mine}?at=cover", f"{mine}?at={section.slug}"]
    answers = [client.get(page) for page in pages]
    answers += [client.get(part, headers={"HX-Request": "true"}) for part in parts]

    assert all(answer.status_code == 200 for answer in answers)
    assert not any("data-offline" in answer.text for answer in answers)


def test_a_check_mark_says_how_it_should_be(client, member, section):
    client.force_login(member)

    for _time in range(2):
        assert put(client, section, "read=1").json() == {"read": True}
    assert ReadMark.objects.get().user == member
    for _time in range(2):
        assert put(client, section, "read=").json() == {"read": False}
    assert not ReadMark.objects.exists()


def test_what_someone_saved_is_not_sent_as_another_who_uses_the_device(
    client, member, facilitator, section
):
    assert put(client, section, "read=1").status_code == 401

    client.force_login(facilitator)

    assert put(client, section, "read=1", X_Person=str(member.pk)).status_code == 401
    assert not ReadMark.objects.exists()
    assert put(client, section, "read=1", X_Person=str(facilitator.pk)).status_code == 200


def test_the_page_for_what_is_not_kept_is_the_same_for_everyone(client, member):
    seen = client.get(reverse("circles:offline"))
    client.force_login(member)

    again = client.get(reverse("circles:offline"))

    assert again.content == seen.content
    assert not again.cookies
    assert "Sign out" not in again.text
