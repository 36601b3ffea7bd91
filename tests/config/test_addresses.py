"""Addresses by name."""

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, set_script_prefix

from config.addresses import reverse


def shown(source, **context):
    return Template(source).render(Context(context))


def test_the_tag_gives_the_address_of_a_page_with_these_arguments():
    source = '{% url "circles:meeting_detail" slug number %}'
    assert shown(source, slug="oak", number=7) == "/circles/oak/meetings/7/"
    assert shown(source, slug="elm", number=7) == "/circles/elm/meetings/7/"
    by_name = '{% url "circles:circle_detail" circle_slug=slug %}'
    assert shown(by_name, slug="oak") == "/circles/oak/"


def test_the_tag_can_keep_the_address_for_later():
    source = "{% url name as there %}[{{ there }}]"
    assert shown(source, name="circles:home") == "[/]"
    assert shown(source, name="circles:no_such_page") == "[]"


def test_a_name_that_no_page_has_is_an_error():
    for _again in range(2):
        with pytest.raises(NoReverseMatch):
            reverse("circles:no_such_page")
        with pytest.raises(NoReverseMatch):
            shown('{% url "circles:circle_detail" slug %}', slug="")


def test_addresses_follow_where_the_site_is():
    before = reverse("circles:circle_detail", ["oak"])
    set_script_prefix("/app/")
    try:
        assert reverse("circles:circle_detail", ["oak"]) == f"/app{before}"
    finally:
        set_script_prefix("/")
