"""What search engines find: the front page and briefs, with a sentence about each."""

from urllib.robotparser import RobotFileParser

import pytest

from tests import strict_html


def description(client, path):
    page = strict_html.read(client.get(path).content.decode())
    (found,) = [e.get("content") for e in page.elements if e.get("name") == "description"]
    return found


@pytest.mark.parametrize("path", ["/", "/briefs/"])
def test_pages_for_everyone_say_what_they_are(client, db, path):
    assert 50 <= len(description(client, path)) <= 160


def test_a_brief_is_described_by_the_start_of_its_summary(client, brief):
    brief.summary = "Where water comes from. " * 12  # more than a description has
    brief.save()

    found = description(client, brief.get_absolute_url())

    assert found.startswith("Where water comes from.")
    assert len(found) <= 160


def test_what_belongs_to_people_is_closed_and_briefs_are_open(client, db, brief, circle):
    answer = client.get("/robots.txt")
    robots = RobotFileParser()
    robots.parse(answer.content.decode().splitlines())

    assert answer["Content-Type"] == "text/plain"
    for path, is_open in [("/", True), (brief.get_absolute_url(), True), ("/admin/", False)]:
        assert robots.can_fetch("Anybot", path) == is_open
    assert not robots.can_fetch("Anybot", circle.get_absolute_url())
